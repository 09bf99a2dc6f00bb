import pg from 'pg';

interface Place {
  name: string;
  text: string;
}

/** The secrets that stand in clear, or in a plain encoding, in one of the places or in any table of the database. */
export async function findLeaks(secrets: Iterable<string>, places: Place[], databaseUrl: string): Promise<string[]> {
  const all = [...places, ...(await tables(databaseUrl))];
  return [...secrets].flatMap((secret) =>
    all
      .filter(({ text }) => spellings(secret).some((spelling) => text.includes(spelling)))
      .map(({ name }) => `${secret.slice(0, 6)}… in ${name}`),
  );
}

/** Every row of every table in the text form that COPY writes; bytea is hexadecimal in it. */
async function tables(databaseUrl: string): Promise<Place[]> {
  const connection = new pg.Client(databaseUrl);
  await connection.connect();
  const { rows } = await connection.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  );
  const texts: Place[] = [];
  for (const { name } of rows) {
    const copy = await connection.query<{ text: string }>(`select t::text as text from ${name} t`);
    texts.push({ name: `table ${name}`, text: copy.rows.map(({ text }) => text).join('\n') });
  }
  await connection.end();
  return texts;
}

/** As it is, and as its bytes would look; of a token also its last part, the part that proves it genuine. All of some length. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const body = Buffer.from(secret.replace(/^pcr_/, ''), 'base64url');
  const signature = secret.split('.').at(-1)!;
  const encoded = [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url'), body.toString('hex')];
  return [secret, signature, ...encoded].filter(({ length }) => length >= 15);
}
