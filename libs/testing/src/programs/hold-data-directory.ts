import { DataDirectoryInUse, EmbeddedPostgres } from '#database';

// A Portcullis process that uses a data directory until it is disconnected or killed.
const dataDir = process.argv[2] as string;
try {
  const postgres = await EmbeddedPostgres.start({ dataDir, durable: false, log: () => undefined });
  process.once('disconnect', () => void postgres.stop());
  process.send?.({ uid: process.getuid?.(), url: postgres.url });
} catch (error) {
  if (!(error instanceof DataDirectoryInUse)) throw error;
  process.send?.({ refused: error.message });
  process.disconnect();
}
