export { RedisUnavailable } from './redis.errors.js';
export { RedisModule } from './redis.module.js';
export type { RedisOptions } from './redis.options.js';
export { RedisConnection } from './redis-connection.js';
export { type CopyKey, copyKey, RedisKeys } from './redis-keys.js';
export { type ServerFacts, whyUnsuitable } from './server-facts.js';
