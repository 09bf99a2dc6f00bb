import { PostgresUnderTest } from '../postgres-under-test.js';

// Ctrl-C reaches the whole process group; this process ends with the test run, and tidies up then.
process.on('SIGINT', () => undefined);

const postgres = await PostgresUnderTest.start();
process.once('disconnect', () => void postgres.stop());
process.send?.(postgres.url);
