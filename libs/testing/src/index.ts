export { NodeProcess } from './node-process.js';
export { PostgresUnderTest } from './postgres-under-test.js';
export { PrivatePostgres } from './private-postgres.js';
export { type RedisMonitor } from './redis-monitor.js';
export { RedisUnderTest } from './redis-under-test.js';
export { SentinelUnderTest } from './sentinel-under-test.js';
export { ServerUnderTest } from './server-under-test.js';
export { type Direction, TcpProxy } from './tcp-proxy.js';
export { createTestDatabase } from './test-database.js';
