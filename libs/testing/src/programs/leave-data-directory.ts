import { EmbeddedPostgres } from '#database';

// A process that starts the embedded database and comes to its end without stopping it.
const dataDir = process.argv[2] as string;
const postgres = await EmbeddedPostgres.start({ dataDir, durable: false, log: () => undefined });
process.send?.({ url: postgres.url });
