import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface TlsFiles {
  caFile: string;
  certFile: string;
  keyFile: string;
}

/** Writes a fresh authority and a certificate from it for 127.0.0.1 and localhost, valid for a year, into the folder. */
export async function writeTlsFiles(folder: string): Promise<TlsFiles> {
  const { generate } = await import('selfsigned'); // takes a while to load, and few tests need it
  const kind = { keyType: 'ec', algorithm: 'sha256' } as const;
  const authority = await generate([{ name: 'commonName', value: 'Portcullis tests' }], {
    ...kind,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...kind,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const write = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  };
  return {
    caFile: await write('ca.crt', authority.cert),
    certFile: await write('server.crt', server.cert),
    keyFile: await write('server.key', server.private),
  };
}
