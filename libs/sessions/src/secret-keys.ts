import { createHash, hkdfSync } from 'node:crypto';

/** One secret of the deployment. Nothing is encrypted or signed with it: keys for single purposes are derived from it. */
export class SecretKey {
  /** Names the key in rows and logs without giving it away. */
  readonly id: string;

  constructor(private readonly secret: Buffer) {
    if (secret.length !== 32) throw new Error('A secret key has exactly 32 bytes.');
    this.id = createHash('sha256').update('portcullis key id\0').update(secret).digest('hex').slice(0, 16);
  }

  /** A 256-bit key for one purpose and one salt (HKDF-SHA-256, RFC 5869). */
  derive(purpose: string, salt: Buffer): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, salt, `portcullis/${purpose}`, 32));
  }
}

/** The deployment's secrets: the first makes new tokens, all of them recognise old ones, so that they can be changed. */
export class SecretKeys {
  readonly current: SecretKey;
  readonly all: readonly SecretKey[];

  constructor(secrets: readonly Buffer[]) {
    this.all = secrets.map((secret) => new SecretKey(secret));
    if (!this.all[0]) throw new Error('At least one secret key is needed.');
    this.current = this.all[0];
  }

  find(id: string): SecretKey | undefined {
    return this.all.find((key) => key.id === id);
  }
}
