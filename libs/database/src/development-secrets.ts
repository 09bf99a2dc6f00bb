import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { type DevelopmentSecret } from './development-secret.entity.js';

/**
 * Keys for a system that was given none, kept readable in the database so that all its nodes agree and tokens outlive
 * a restart. Only outside production: there the keys come from the configuration, or the server refuses to start.
 */
@Injectable()
export class DevelopmentSecrets {
  constructor(private readonly database: Database) {}

  /**
   * The secret of this name. The first caller on this database makes it; everybody, on every node, gets the same.
   * @param make may be called in vain, when another node is first
   */
  async obtain(name: string, make: () => string): Promise<string> {
    return (await this.find(name)) ?? (await this.create(name, make()));
  }

  private async find(name: string): Promise<string | undefined> {
    const secret = await this.database.row<Pick<DevelopmentSecret, 'value'>>(
      'select value from development_secrets where name = $1',
      [name],
    );
    return secret?.value;
  }

  private async create(name: string, value: string): Promise<string> {
    const created = await this.database.execute(
      `insert into development_secrets (name, value, created_at) values ($1, $2, now())
       on conflict (name) do nothing`,
      [name, value],
    );
    return created ? value : this.obtain(name, () => value);
  }
}
