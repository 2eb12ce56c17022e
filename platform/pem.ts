import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';

/** Text in PEM; line breaks may be written as `\\n`, since some environments hold no others. */
export const pem = () => z.string().transform((text) => text.replaceAll('\\n', '\n'));

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Whether the text holds certificates, all of which can be read. */
export function areCertificates(text: string): boolean {
  const all = text.match(certificate) ?? [];
  return all.length > 0 && all.every((one) => isReadable(() => new X509Certificate(one)));
}

/** Whether the text is a private key without a password. */
export const isPrivateKey = (text: string): boolean => isReadable(() => createPrivateKey(text));

function isReadable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
