import { hash } from '@node-rs/argon2';
import { PasswordHasher } from './password-hasher.js';

describe(PasswordHasher.name, () => {
  const hasher = new PasswordHasher();

  it('writes argon2id with parameters at the floor of OWASP, a new salt each time', async () => {
    const hashes = await Promise.all([hasher.hash('correct horse battery'), hasher.hash('correct horse battery')]);
    for (const each of hashes) expect(each).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  it('knows the password again in either normal form, and no other', async () => {
    const stored = await hasher.hash('caf\u00e9 at the corner');
    expect(await hasher.verify(stored, 'cafe\u0301 at the corner')).toBe(true);
    expect(await hasher.verify(stored, 'cafe at the corner')).toBe(false);
  });

  it('verifies what was hashed with other parameters', async () => {
    const stored = await hash('correct horse battery', { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    expect(await hasher.verify(stored, 'correct horse battery')).toBe(true);
  });

  it('never finds the password of nobody right, not even the one that is hashed for nobody', async () => {
    expect(await hasher.verify(null, 'a password that nobody has')).toBe(false);
  });

  it('refuses more than it can queue, and recovers', async () => {
    const work = Array.from({ length: 230 }, () => hasher.verify(null, 'x').catch((error: unknown) => error));
    const refused = (await Promise.all(work)).filter((result) => result !== false);
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ code: 'auth.busy', status: 503 });
    expect(await hasher.verify(null, 'x')).toBe(false);
  });
});
