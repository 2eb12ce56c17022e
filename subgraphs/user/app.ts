import { createPrivateKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import { startSweep } from '#platform/async/sweep.ts';
import { createAccessTokenSigner, verifyEmailLink } from '#platform/auth.ts';
import { type ConfigOf, variable } from '#platform/config.ts';
import { createSeal, sealKeys } from '#platform/sealed-text.ts';
import { startSubgraph, subgraphConfig } from '#platform/service/start-subgraph.ts';
import type { UserDependencies } from './dependencies.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { createHashQueue } from './hash-queue.ts';
import { createLoaders } from './loaders.ts';
import { createPasswords } from './passwords.ts';
import { getEndedSessions } from './queries.ts';
import { createResolvers } from './resolvers.ts';
import { sweepExpired } from './sweep.ts';

export const userConfig = {
  ...subgraphConfig(4004),
  /** RSA, PEM; line breaks may be written as \n. */
  ACCESS_TOKEN_PRIVATE_KEY: z.string().refine(isRsaKey, 'must be an RSA private key of 2048 bits or more in PEM'),
  /** As mail has them: the first seals the tokens of links that it mails. id=32 bytes as base64, … */
  MAIL_KEYS: sealKeys(),
  ACCESS_TOKEN_LIFETIME_SECONDS: z.coerce.number().int().min(5).max(86_400).default(900),
  /** How many passwords are hashed at the same time; each takes 19 MiB and a core for about 45 ms, which reads want as well. */
  PASSWORD_HASHES_AT_ONCE: z.coerce.number().int().min(1).max(64).default(1),
  /** How many more may wait for that; what comes on top is rejected with a time to retry. */
  PASSWORD_HASHES_WAITING: z.coerce.number().int().min(0).max(1000).default(20),
  /** What would wait longer is rejected as well; well below the gateway's SUBGRAPH_TIMEOUT_MS. */
  PASSWORD_WAIT_MS: variable.milliseconds(2000),
  /** So often the password of one account is taken wrong, from all new places together, before they have to wait; its owner gets a mail. */
  MAX_PASSWORD_FAILURES: z.coerce.number().int().min(30).max(100).default(100),
  /** How long that is; one caller alone waits as long after about twenty. */
  PASSWORD_PAUSE_SECONDS: z.coerce.number().int().min(60).max(86_400).default(900),
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

function readEmailLink(token: string, secret: string): { userId: string; email: string } | null {
  try {
    return verifyEmailLink(token, secret);
  } catch {
    return null;
  }
}

export function startUser(config: ConfigOf<typeof userConfig>, context: ServiceContext) {
  const { logger } = context;
  return startSubgraph({
    name: 'user',
    config,
    logger: context.logger,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    schema: new URL('./schema.graphql', import.meta.url),
    create({ database, wakeRelay }) {
      const signer = createAccessTokenSigner(config.ACCESS_TOKEN_PRIVATE_KEY, config.ACCESS_TOKEN_LIFETIME_SECONDS);
      const queue = createHashQueue({
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
