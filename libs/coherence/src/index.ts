export { type CopyKey, copyKey } from '#redis';
export { CoherenceModule } from './coherence.module.js';
export type { CoherenceOptions } from './coherence.options.js';
export { FenceEntity } from './fence.entity.js';
export { InvalidationEntity } from './invalidation.entity.js';
export { LocalCopies } from './local-copies.js';
export { type RedisState, RedisTrust } from './redis-trust.js';
export { type CopyPlan, SharedCopies } from './shared-copies.js';
export { type Invalidate, Writes } from './writes.js';
