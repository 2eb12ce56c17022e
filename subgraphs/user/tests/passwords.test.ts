import { describe, expect, it } from '@jest/globals';
import { HashQueue } from '../hash-queue.ts';
import { createPasswords } from '../passwords.ts';

const passwords = createPasswords(new HashQueue({ concurrent: 2, waiting: 2, waitMs: 10_000 }));

describe('a password', () => {
  it('is stored as argon2id with its cost and a salt of its own', async () => {
    const [first, second] = await Promise.all([passwords.hash('secret'), passwords.hash('secret')]);

    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
  });

  it('fits its own hash, and no other does', async () => {
    const stored = await passwords.hash('secret');

    expect(await passwords.verify('secret', stored)).toBe(true);
    expect(await passwords.verify('Secret', stored)).toBe(false);
  });

  it('does not match when there is no account', async () => {
    expect(await passwords.verify('', null)).toBe(false);
  });

  it('is not compared with a text that is no hash', async () => {
    await expect(passwords.verify('password', 'plain text')).rejects.toThrow(/not in the form/);
  });
});
