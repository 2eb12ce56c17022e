import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { readCommandLine } from '#platform/command.ts';
import { makeSecrets } from '../dev/secrets.ts';
import { ofKind, type Resource, readTree } from './resources.ts';

const overlays = join(import.meta.dirname, '../../deploy/kubernetes/overlays');
export const laptopSecretsFile = join(overlays, 'laptop/local/secrets.yaml');

const declared = z.looseObject({
  target: z.looseObject({ template: z.looseObject({ type: z.string(), data: z.record(z.string(), z.string()).default({}) }) }),
  data: z.array(z.looseObject({ secretKey: z.string() })),
});

/** The Secrets that production takes from its store, without its certificates, with random values; and the account that the seed opens. */
export function makeLaptopSecrets(): Resource[] {
  const made = makeSecrets();
  const values: Readonly<Record<string, () => string>> = {
    INTERNAL_TOKEN_SECRET: () => made.internalTokenSecret,
    ACCESS_TOKEN_PRIVATE_KEY: () => made.accessTokenPrivateKey,
    MAIL_KEYS: () => made.mailKeys,
    ADMIN_EMAIL: () => made.admin.email,
    ADMIN_USERNAME: () => made.admin.username,
    ADMIN_PASSWORD: () => made.admin.password,
    SMTP_URL: () => 'smtp://mailpit:1025',
    // it stands in an address
    password: () => randomBytes(24).toString('base64url'),
  };
  const secret = (name: string, type: string, stringData: Record<string, string>): Resource => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type,
    stringData,
  });
  const ofProduction = ofKind(readTree(join(overlays, 'production')).resources, 'ExternalSecret').flatMap(({ metadata, ...resource }) => {
    const { target, data } = declared.parse(resource['spec']);
    // on a laptop nothing speaks TLS
    if (target.template.type === 'kubernetes.io/tls') return [];
    const made = data.map(({ secretKey }) => {
      const value = values[secretKey];
      if (value === undefined) throw new Error(`Nobody knows how to make ${secretKey} of the Secret ${metadata.name}.`);
      return [secretKey, value()] as const;
    });
    return [secret(metadata.name, target.template.type, { ...target.template.data, ...Object.fromEntries(made) })];
  });
  const { email, username, password } = made.customer;
  return [
    ...ofProduction,
    secret('first-customer', 'Opaque', { CUSTOMER_EMAIL: email, CUSTOMER_USERNAME: username, CUSTOMER_PASSWORD: password }),
  ];
}

export const textOf = (resources: readonly Resource[]): string => resources.map((one) => stringify(one, { lineWidth: 0 })).join('---\n');

if (import.meta.main) {
  readCommandLine('npm run kubernetes:secrets   writes random secrets for the overlay `laptop`, once; git ignores the file', {});
  if (existsSync(laptopSecretsFile))
    process.stdout.write(`${laptopSecretsFile} is there, and stays: the databases know these passwords.\n`);
  else {
    writeFileSync(laptopSecretsFile, textOf(makeLaptopSecrets()), { mode: 0o600 });
    process.stdout.write(`${laptopSecretsFile} is written.\n`);
  }
}
