import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startRelay } from '#kafka/relay.ts';
import type { Parts } from '#kafka/service.ts';
import { createAccessTokenSigner } from '#platform/auth.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { type Database, migrateWhenReachable, openDatabase } from '#platform/database.ts';
import { serveSubgraph } from '#platform/server.ts';
import { entities } from './entities.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { createPasswords } from './passwords.ts';
import { createLoaders, createResolvers } from './resolvers.ts';
import { createUserService } from './service.ts';
import { startSweep } from './sweep.ts';

export const userConfig = {
  HOST: variable.host(),
  PORT: variable.port(4004),
  LOG_LEVEL: variable.logLevel(),
  DATABASE_URL: variable.postgresUrl(),
  DATABASE_POOL_SIZE: variable.poolSize(6),
  INTERNAL_TOKEN_SECRET: variable.secret(),
  /** RSA, PEM; line breaks may be written as \n. */
  ACCESS_TOKEN_PRIVATE_KEY: z.string().refine(isRsaKey, 'must be an RSA private key of 2048 bits or more in PEM'),
  ACCESS_TOKEN_LIFETIME_SECONDS: z.coerce.number().int().min(5).max(86_400).default(900),
  /** How many passwords are hashed at the same time; each takes 19 MiB and a core for about 45 ms. */
  PASSWORD_HASHES_AT_ONCE: z.coerce.number().int().min(1).max(64).default(2),
  /** The account that is made when the shop has no admin; all three or none. */
  ADMIN_EMAIL: z.string().optional(),
  ADMIN_USERNAME: z.string().optional(),
  ADMIN_PASSWORD: z.string().optional(),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

function isRsaKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  } catch {
    return false;
  }
}

/** Starts the subgraph of accounts. Answers HTTP at once; is ready when its database is. */
export async function startUser(
  config: ConfigOf<typeof userConfig>,
  { eventLog, logger }: Parts,
): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const database = await openDatabase({
    url: config.DATABASE_URL,
    entities,
    migrations,
    poolSize: config.DATABASE_POOL_SIZE,
    logger,
  });
  const relay = await startRelay({ database, eventLog, logger });
  const signer = createAccessTokenSigner(config.ACCESS_TOKEN_PRIVATE_KEY, config.ACCESS_TOKEN_LIFETIME_SECONDS);
  const passwords = createPasswords({ concurrent: config.PASSWORD_HASHES_AT_ONCE, waiting: 100 });
  const onCommitted = () => relay.wake();
  const service = createUserService({ database, passwords, signer, clock: () => new Date(), onCommitted, logger });
  let isPrepared = false;
  const server = await serveSubgraph({
    name: 'user',
    typeDefs: readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'),
    resolvers: createResolvers(service),
    host: config.HOST,
    port: config.PORT,
    internalTokenSecret: config.INTERNAL_TOKEN_SECRET,
    createLoaders: (identity) => createLoaders(service, identity),
    readiness: async () => (isPrepared ? whyNotReady(database) : 'The database is being prepared.'),
    documents: { '/.well-known/jwks.json': () => signer.publicKeys },
    logger,
  });
  await migrateWhenReachable(database, logger);
  await ensureFirstAdmin(
    { database, passwords, onCommitted, logger },
    { email: config.ADMIN_EMAIL, username: config.ADMIN_USERNAME, password: config.ADMIN_PASSWORD },
  );
  isPrepared = true;
  const sweep = startSweep(database, logger);
  return {
    url: server.url,
    port: server.port,
    async stop() {
      await sweep.stop();
      await server.stop();
      await relay.stop();
      await database.close();
    },
  };
}

async function whyNotReady(database: Database): Promise<string | null> {
  try {
    await database.query('SELECT 1');
    return null;
  } catch {
    return 'The database does not answer.';
  }
}
