import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { HashingQueueFull } from './auth.errors.js';
import { normalisePassword } from './password-rules.js';

/** argon2id, the default of @node-rs/argon2, at the floor of OWASP's password storage cheat sheet. Memory in KiB. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** libuv has four threads; half of them stay free for files and names. */
const AT_ONCE = 2;
const MAX_WAITING = 200;

/** Hashes and checks passwords on threads beside the event loop, two at a time, in the order of arrival. */
@Injectable()
export class PasswordHasher {
  private readonly limit = pLimit(AT_ONCE);
  private readonly nobodys = this.hash('a password that nobody has');

  /** The PHC string of the password. Throws {@link HashingQueueFull}. */
  hash(password: string): Promise<string> {
    return this.run(() => hash(normalisePassword(password), PARAMETERS));
  }

  /**
   * Whether the password is the one that was hashed. `null`, for an account that does not exist, takes as long, so that
   * the time does not tell. Throws {@link HashingQueueFull}.
   */
  async verify(passwordHash: string | null, password: string): Promise<boolean> {
    const known = passwordHash ?? (await this.nobodys);
    const isRight = await this.run(() => verify(known, normalisePassword(password)));
    return isRight && passwordHash !== null;
  }

  private run<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit.pendingCount >= MAX_WAITING) return Promise.reject(new HashingQueueFull());
    return this.limit(work);
  }
}
