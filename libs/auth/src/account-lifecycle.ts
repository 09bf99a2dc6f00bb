import type { Transaction } from '#database';

/** A new account, as those who keep data beside it get to know it. */
export interface NewAccount {
  userId: string;
  /** The name given at registration. */
  displayName: string | null;
  createdAt: Date;
}

/**
 * Offered by auth, implemented by who keeps data beside an account (the profile), bound by the application. Called inside
 * the transaction that changes the account: what it throws undoes that change.
 */
export abstract class AccountLifecycle {
  abstract created(tx: Transaction, account: NewAccount): Promise<void>;
}
