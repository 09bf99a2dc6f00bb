import { describeCacheService } from './cache-service.contract.js';
import { Hands } from './contract/cache-under-test.contract.js';
import { NoCacheService } from './no-cache.service.js';

describeCacheService(NoCacheService.name, () => {
  const { settings, advance, draw } = new Hands();
  return Promise.resolve({ cache: new NoCacheService(null, settings), keeps: false, advance, draw });
});
