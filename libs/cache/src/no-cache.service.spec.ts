import { describeCacheService } from './cache-service.contract.js';
import { NoCacheService } from './no-cache.service.js';

describeCacheService(NoCacheService.name, () =>
  Promise.resolve({ cache: new NoCacheService(), keeps: false, advance: () => undefined }),
);
