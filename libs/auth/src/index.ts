export { AccountLifecycle, type NewAccount } from './account-lifecycle.js';
export { ApiSession } from './api-session.decorator.js';
export { AuthModule } from './auth.module.js';
export type { AuthOptions } from './auth.options.js';
export { CurrentSession } from './current-session.decorator.js';
export { Fresh } from './fresh.decorator.js';
export { Public } from './public.decorator.js';
export { generateSigningKeySet, type SigningKeySet } from './signing-keys.js';
