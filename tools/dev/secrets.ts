import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createSealKey } from '#platform/sealed-text.ts';
import type { Secrets } from './environment.ts';
import { Problem, reasonOf } from './problem.ts';

const account = z.object({ email: z.string(), username: z.string(), password: z.string() });
const secretsFile = z.object({
  internalTokenSecret: z.string().min(32),
  accessTokenPrivateKey: z.string().includes('PRIVATE KEY'),
  mailKeys: z.string().includes('='),
  databaseSecret: z.string().min(32),
  admin: account,
  customer: account,
});

export type Credentials = Readonly<Record<'admin' | 'customer', { readonly login: string; readonly password: string }>>;

/** The secrets of the shop in `dataDir`, made at the first time; and beside them the credentials for people and tools. */
export function openSecrets(dataDir: string): Secrets {
  const path = join(dataDir, 'secrets.json');
  const secrets = existsSync(path) ? readSecrets(path) : makeSecrets();
  writePrivate(path, secrets);
  writePrivate(join(dataDir, 'credentials.json'), credentialsOf(secrets));
  return secrets;
}

export const credentialsOf = ({ admin, customer }: Secrets): Credentials => ({
  admin: { login: admin.username, password: admin.password },
  customer: { login: customer.username, password: customer.password },
});

function readSecrets(path: string): Secrets {
  try {
    // of an earlier release, which had fewer
    return secretsFile.parse({ ...makeLater(), ...JSON.parse(readFileSync(path, 'utf8')) });
  } catch (error) {
    const why = error instanceof SyntaxError || error instanceof z.ZodError ? 'it is not what was written there' : reasonOf(error);
    throw new Problem(`The shop's secrets in ${path} cannot be read: ${why}. Put it right, or start over with --reset.`, { cause: error });
  }
}

const makeLater = () => ({ mailKeys: createSealKey('local'), databaseSecret: randomBytes(36).toString('base64url') });

/** Random secrets of a shop, with the accounts of an admin and a customer. */
export function makeSecrets(): Secrets {
  return {
    internalTokenSecret: randomBytes(36).toString('base64url'),
    accessTokenPrivateKey: generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).privateKey,
    ...makeLater(),
    admin: { email: 'admin@marigold.example', username: 'admin', password: makePassword() },
    customer: { email: 'linh@marigold.example', username: 'linh', password: makePassword() },
  };
}

/** Easy to read out and to type: sixty bits without letters that look alike. */
function makePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return `${group()}-${group()}-${group()}`;
}

/** Writes a file that only its owner may read. It is replaced atomically, so that readers never see a partial file. */
export function writePrivate(path: string, value: unknown): void {
  const fresh = `${path}.new`;
  try {
    writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(fresh, path);
  } catch (error) {
    throw new Problem(`${path} cannot be written: ${reasonOf(error)}.`, { cause: error });
  }
}
