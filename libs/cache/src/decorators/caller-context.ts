import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';

interface Identity {
  callerId: string | undefined;
  /** Whether the caller may still be named, once: a request begins before it is known who sends it. */
  isOpen: boolean;
}

/**
 * Whom the work is done for, across everything that it awaits. Work that several callers share (a batch, a timer, a queue)
 * runs in the context of whoever began it: name the caller there with `run`.
 */
@Injectable()
export class CallerContext {
  private readonly identities = new AsyncLocalStorage<Identity>();

  /** The caller's id; undefined when the work is nobody's: on public routes, before the guard, in the background. */
  get callerId(): string | undefined {
    return this.identities.getStore()?.callerId;
  }

  /**
   * Does the work in the name of this caller, for a job or a message that is somebody's.
   *
   * @throws TypeError when the id is not a string with something in it
   */
  run<T>(callerId: string, work: () => T): T {
    requireId(callerId);
    return this.identities.run({ callerId, isOpen: false }, work);
  }

  /** Does the work in nobody's name: what comes of it may be shown to anybody. */
  runAnonymously<T>(work: () => T): T {
    return this.identities.run({ callerId: undefined, isOpen: false }, work);
  }

  /** For who receives requests: begins the work of one, whose caller `identify` may name later. */
  open<T>(work: () => T): T {
    return this.identities.run({ callerId: undefined, isOpen: true }, work);
  }

  /**
   * For guards: names the caller of the request that is being answered, once it is certain who that is. All that is done for
   * the request from here on is done in this name. Without an open request it does nothing.
   *
   * @throws Error when the work is done in another caller's name already
   */
  identify(callerId: string): void {
    requireId(callerId);
    const identity = this.identities.getStore();
    if (!identity || identity.callerId === callerId) return;
    if (!identity.isOpen) throw new Error('The caller is known already, and is another one.');
    identity.callerId = callerId;
    identity.isOpen = false;
  }
}

function requireId(callerId: string): void {
  if (typeof callerId !== 'string' || callerId === '') {
    throw new TypeError('The id of a caller is a string that is not empty.');
  }
}
