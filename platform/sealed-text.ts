import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** A key of AES-256 and its id, which distinguishes it across key rotations. */
export type SealKey = { readonly id: string; readonly bytes: Buffer };

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
/** As NIST SP 800-38D recommends: random ones of 96 bits, good for 2^32 texts with one key. */
const nonceBytes = 12;
const tagBytes = 16;

/** The type of a variable that holds keys: id=32 bytes as base64, separated by commas. The first seals, all of them open. */
export function sealKeys() {
  return z.string().transform((text, context): readonly SealKey[] => {
    const keys = text.split(',').map(readKey);
    const known = keys.filter((key) => key !== null);
    if (known.length === keys.length && new Set(known.map(({ id }) => id)).size === known.length) return known;
    // what is wrong with a key is not repeated
    context.addIssue({ code: 'custom', message: 'must be id=32 bytes as base64, separated by commas, each id once' });
    return z.NEVER;
  });
}

function readKey(text: string): SealKey | null {
  const [, id = '', encoded = ''] = /^\s*([\w-]{1,32})=([A-Za-z0-9+/_-]{43}=?)\s*$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  return id !== '' && bytes.length === keyBytes ? { id, bytes } : null;
}

/** A new key as the variable holds it. */
export function createSealKey(id: string): string {
  return `${id}=${randomBytes(keyBytes).toString('base64url')}`;
}

/** Encrypts text that one service sends to another; `about` must be the same for both. */
export type Seal = {
  seal(text: string, about: string): string;
  /** @throws Error when the text was not sealed by one of the keys, or about something else. */
  open(sealed: string, about: string): string;
};

/** AES-256-GCM: `id.nonce.text`, the last two as base64url, the text with its tag at the end. */
export function createSeal(keys: readonly SealKey[]): Seal {
  return {
    seal(text, about) {
      const [key] = keys;
      if (key === undefined) throw new Error('There is no key to seal with.');
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key.bytes, nonce).setAAD(Buffer.from(about));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${key.id}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`;
    },
    open(sealed, about) {
      const [id, nonce = '', text = ''] = sealed.split('.');
      const key = keys.find((one) => one.id === id);
      if (key === undefined) throw new Error('A sealed text needs a key that is not here.');
      const bytes = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv(algorithm, key.bytes, Buffer.from(nonce, 'base64url'), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
    },
  };
}
