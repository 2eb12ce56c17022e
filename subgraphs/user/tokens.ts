import { createHash, createHmac, randomBytes } from 'node:crypto';

/** An opaque token of 256 bits for the client, and the SHA-256 of it, which is all that is kept. */
export function createToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOf(token) };
}

/** What `successorOf` derives the next token with: of no use without the token that was used. */
export function createSuccessorKey(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The token that follows a used one, as `createToken` has it. The client that used the token can be given it again, though only its hash is kept;
 * neither the database nor the used token alone reveals it.
 */
export function successorOf(token: string, key: string): { token: string; hash: string } {
  const next = createHmac('sha256', Buffer.from(key, 'base64url')).update(token).digest('base64url');
  return { token: next, hash: hashOf(next) };
}

/** The hash under which a token is found, or null for a text that cannot be one of ours. */
export function tokenHash(token: string): string | null {
  return /^[\w-]{43}$/.test(token) ? hashOf(token) : null;
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
