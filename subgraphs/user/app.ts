import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import { startSweep } from '#platform/async/sweep.ts';
import { createAccessTokenSigner, readPrivateKeys, type Secrets, verifyEmailLink } from '#platform/auth.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { createSeal, sealKeys } from '#platform/sealed-text.ts';
import { startSubgraph, subgraphConfig } from '#platform/service/start-subgraph.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import type { UserDependencies } from './dependencies.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { HashQueue } from './hash-queue.ts';
import { createLoaders } from './loaders.ts';
import { createPasswords } from './passwords.ts';
import { getEndedSessions } from './queries.ts';
import { createResolvers } from './resolvers.ts';
import { sweepExpired } from './sweep.ts';

export const userConfig = {
  ...subgraphConfig(4004),
  ACCESS_TOKEN_PRIVATE_KEY: z
    .string()
    .refine(areRsaKeys, 'must be an RSA private key of 2048 bits or more in PEM, or several')
    .describe(
      'Signs access tokens: RSA, 2048 bits or more, PEM; line breaks may be written as `\\n`. Several, one after the other, while one is being replaced: the first signs, all are published.',
    ),
  MAIL_KEYS: sealKeys().describe(
    '`id=`32 bytes as base64, separated by commas: the first seals what only the mail subgraph may read, all open it. `openssl rand -base64 32` makes one.',
  ),
  ACCESS_TOKEN_LIFETIME_SECONDS: z.coerce.number().int().min(5).max(86_400).default(900).describe('How long an access token is valid.'),
  PASSWORD_HASHES_AT_ONCE: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe(
      'How many passwords are hashed at the same time; each takes 19 MiB and a core for about 45 ms. Fewer than there are cores, so that reads stay quick.',
    ),
  PASSWORD_HASHES_WAITING: z.coerce
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(20)
    .describe('How many more may wait for that; others are rejected with `UNAVAILABLE` and `retryAfterSeconds`.'),
  PASSWORD_WAIT_MS: variable.milliseconds(2000).describe('How long they may wait; well below `SUBGRAPH_TIMEOUT_MS` of the gateway.'),
  MAX_PASSWORD_FAILURES: z.coerce
    .number()
    .int()
    .min(30)
    .max(100)
    .default(100)
    .describe('Wrong passwords of one account, from all new places together, before new places have to wait; its owner gets a mail.'),
  PASSWORD_PAUSE_SECONDS: z.coerce
    .number()
    .int()
    .min(60)
    .max(86_400)
    .default(900)
    .describe('How long new places have to wait then; one caller alone waits as long after about twenty.'),
  ADMIN_EMAIL: z.string().optional().describe('Of the account that is made when the shop has no admin; all three or none.'),
  ADMIN_USERNAME: z.string().optional().describe('Of the account that is made when the shop has no admin.'),
  ADMIN_PASSWORD: z.string().optional().describe('Of the account that is made when the shop has no admin.'),
} as const;

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

function areRsaKeys(pem: string): boolean {
  try {
    const keys = readPrivateKeys(pem);
    return (
      keys.length > 0 && keys.every((key) => key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048)
    );
  } catch {
    return false;
  }
}

function readEmailLink(token: string, secrets: Secrets): { userId: string; email: string } | null {
  try {
    return verifyEmailLink(token, secrets);
  } catch {
    return null;
  }
}

export function startUser(config: ConfigOf<typeof userConfig>, context: ServiceContext) {
  const { logger } = context;
  return startSubgraph({
    name: 'user',
    config,
    context,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    typeDefs: readSubgraphSchema(new URL('./schema.graphql', import.meta.url)),
    create({ database, wakeRelay }) {
      const signer = createAccessTokenSigner(config.ACCESS_TOKEN_PRIVATE_KEY, config.ACCESS_TOKEN_LIFETIME_SECONDS);
      const queue = new HashQueue({
        concurrent: config.PASSWORD_HASHES_AT_ONCE,
        waiting: config.PASSWORD_HASHES_WAITING,
        waitMs: config.PASSWORD_WAIT_MS,
      });
      const deps: UserDependencies = {
        database,
        passwords: createPasswords(queue),
        signer,
        seal: createSeal(config.MAIL_KEYS),
        failureLimits: { maxFailures: config.MAX_PASSWORD_FAILURES, pauseSeconds: config.PASSWORD_PAUSE_SECONDS },
        readEmailLink: (token) => readEmailLink(token, config.INTERNAL_TOKEN_SECRET),
        now: () => new Date(),
        wakeRelay,
        logger,
      };
      const firstAdmin = { email: config.ADMIN_EMAIL, username: config.ADMIN_USERNAME, password: config.ADMIN_PASSWORD };
      return {
        resolvers: createResolvers(deps),
        createLoaders: (identity) => createLoaders(deps, identity),
        documents: { '/.well-known/jwks.json': () => signer.publicKeys, '/ended-sessions.json': () => getEndedSessions(deps) },
        subscribes: subscribes(),
        minFetchIntervalMs: 100,
        prepare: () => ensureFirstAdmin(deps, firstAdmin),
        work: () => [
          startSweep({ everyMs: 60_000, what: 'expired sessions and tokens', sweep: () => sweepExpired(database, new Date()), logger }),
        ],
      };
    },
  });
}
