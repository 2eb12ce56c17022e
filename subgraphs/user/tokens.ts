import { createHash, randomBytes } from 'node:crypto';

/** An opaque token of 256 bits for the client, and the SHA-256 of it, which is all that is kept. */
export function createToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOf(token) };
}

/** The hash under which a token is found, or null for a text that cannot be one of ours. */
export function tokenHash(token: string): string | null {
  return /^[\w-]{43}$/.test(token) ? hashOf(token) : null;
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
