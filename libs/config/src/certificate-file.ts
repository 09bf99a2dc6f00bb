import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates in a PEM file, which has at least one; undefined if the file or one of them cannot be read. */
export function readCertificateFile(path: string): string | undefined {
  try {
    const certificates = readFileSync(path, 'utf8').match(CERTIFICATE) ?? [];
    return certificates.map((pem) => new X509Certificate(pem) && pem).join('\n') || undefined;
  } catch {
    return undefined; // no such file, or no certificate between the lines
  }
}
