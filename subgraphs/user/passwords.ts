import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import type { HashQueue } from './hash-queue.ts';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 45 ms of one core. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const saltBytes = 16;
const tagBytes = 32;
const stored = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** What an unknown login is compared with: takes as long as any other, and nothing fits it. */
const nobodys = format(cost, Buffer.alloc(saltBytes), Buffer.alloc(tagBytes));

export type Passwords = {
  /** @throws AppError UNAVAILABLE when so many wait for a hash that one more would time out. */
  assertRoom(): void;
  /** The PHC string to store: algorithm, cost, salt and hash. */
  hash(password: string): Promise<string>;
  /** Does the password fit? With null, for an account that does not exist: no, after the same time. */
  verify(password: string, storedHash: string | null): Promise<boolean>;
};

/**
 * argon2id (RFC 9106) on the threads of libuv, each hash in its turn, so that many log-ins at once take neither the memory nor all threads of the process;
 * what the queue sheds is AppError UNAVAILABLE.
 */
export function createPasswords(queue: HashQueue): Passwords {
  return {
    assertRoom: () => queue.assertRoom(),
    async hash(password) {
      const salt = randomBytes(saltBytes);
      return format(cost, salt, await queue.run(() => derive(password, salt, cost, tagBytes)));
    },
    async verify(password, storedHash) {
      const parts = stored.exec(storedHash ?? nobodys);
      if (!parts) throw new Error('a stored password hash is not in the form that this program writes');
      const [, memory, passes, parallelism, salt = '', tag = ''] = parts;
      const expected = Buffer.from(tag, 'base64');
      const asStored = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
      const actual = await queue.run(() => derive(password, Buffer.from(salt, 'base64'), asStored, expected.length));
      return timingSafeEqual(actual, expected) && storedHash !== null;
    },
  };
}

function derive(
  password: string,
  nonce: Buffer,
  costs: typeof cost | Record<keyof typeof cost, number>,
  tagLength: number,
): Promise<Buffer> {
  const parameters: Argon2Parameters = { message: password, nonce, tagLength, ...costs };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function format(costs: typeof cost, salt: Buffer, tag: Buffer): string {
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${costs.memory},t=${costs.passes},p=${costs.parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}
