import type { ConnectionOptions } from 'node:tls';
import { URL } from 'node:url';

/** libpq tells them apart; here each checks the certificate and the name of the host, as verify-full does: less would be no protection. */
const modesWithTls = ['require', 'verify-ca', 'verify-full'];

const parametersOf = (url: string): URLSearchParams => (URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams());

/** What is wrong with the TLS that the address of a database asks for; null when nothing is. */
export function problemOfTlsIn(url: string): string | null {
  const parameters = parametersOf(url);
  const mode = parameters.get('sslmode');
  const other = [...parameters.keys()].find((name) => name.startsWith('ssl') && name !== 'sslmode');
  if (other !== undefined) return `has the parameter ${other}, which is not read: set DATABASE_TLS_CA to the certificates`;
  if (mode === null || mode === 'disable' || modesWithTls.includes(mode)) return null;
  return `has an sslmode that is none of disable, ${modesWithTls.join(', ')}`;
}

/** Why certificates cannot be checked at the address; null when they can. */
export const hasNoTls = (url: string): boolean => parametersOf(url).get('sslmode') === 'disable';

/**
 * How the driver speaks TLS: undefined when neither the address nor certificates ask for it. `ca` in PEM, in place of the
 * authorities that Node knows.
 */
export function tlsOf(url: string, ca: string | undefined): ConnectionOptions | undefined {
  const mode = parametersOf(url).get('sslmode');
  if (ca === undefined && !modesWithTls.includes(mode ?? '')) return undefined;
  // the driver hands over an open socket: without the host here, an address in numbers would be checked as "localhost"
  return { host: new URL(url).hostname.replace(/^\[(.*)\]$/, '$1'), ...(ca === undefined ? {} : { ca }) };
}
