export { Profile } from './profile.entity.js';
export { ProfileModule } from './profile.module.js';
export type { ProfileOptions } from './profile.options.js';
export { ProfileLifecycle } from './profile-lifecycle.js';
