import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GenerateResult, generate } from 'selfsigned';
import { readCertificateFile } from './certificate-file.js';

describe(readCertificateFile.name, () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const fileWith = (text: string) => {
    const file = join(folder, 'ca.pem');
    writeFileSync(file, text);
    return file;
  };
  let one: GenerateResult;
  let two: GenerateResult;

  beforeAll(async () => {
    [one, two] = await Promise.all([generate(undefined, { keyType: 'ec' }), generate(undefined, { keyType: 'ec' })]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives every certificate, and nothing that stands between them', () => {
    const text = `# mine\n${one.cert}\n${one.private}\r\n# theirs\n${two.cert}\n`;
    expect(readCertificateFile(fileWith(text))).toBe([one, two].map(({ cert }) => cert.trim()).join('\n'));
  });

  it('refuses a file without a certificate', () => {
    for (const text of ['', 'certificate', one.private]) expect(readCertificateFile(fileWith(text))).toBeUndefined();
  });

  it('refuses a file of which one certificate is damaged', () => {
    expect(readCertificateFile(fileWith(one.cert + two.cert.replace('MII', 'AAA')))).toBeUndefined();
  });

  it('refuses what is no file', () => {
    for (const path of [folder, join(folder, 'missing')]) expect(readCertificateFile(path)).toBeUndefined();
  });
});
