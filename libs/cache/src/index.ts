export { CacheModule } from './cache.module.js';
export { type CacheNamespace, type Served } from './cache-namespace.js';
export { CacheService } from './cache-service.js';
export { cacheStatus } from './cache-status.js';
export { RedisCacheService } from './redis-cache.service.js';
