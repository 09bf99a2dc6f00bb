export { canonicalEmail } from './canonical-email.js';
export { type Role, User } from './user.entity.js';
export { UserRepository } from './user.repository.js';
export { UsersModule } from './users.module.js';
