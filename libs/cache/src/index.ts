export { CacheModule } from './cache.module.js';
export { type CacheNamespace, type Served } from './cache-namespace.js';
export { CacheService } from './cache-service.js';
export { cacheStatus } from './cache-status.js';
export { MemoryCacheService } from './memory-cache.service.js';
export { NoCacheService } from './no-cache.service.js';
export { RedisCacheService } from './redis-cache.service.js';
