import { variable, withContradiction } from './config.ts';

/** The variables with which Redis is reached; `meaning` says what for. */
export const redisConfig = (meaning: string) =>
  ({
    REDIS_URL: variable.redisUrl().optional().describe(meaning),
    REDIS_TLS_CA: withContradiction(
      variable.certificates().optional().describe('Certificates in PEM that sign that of Redis, in place of those that Node knows.'),
      ({ REDIS_TLS_CA: ca, REDIS_URL: url }) =>
        ca === undefined || url?.startsWith('rediss://') ? null : 'REDIS_TLS_CA is set, and REDIS_URL does not begin with rediss://',
    ),
  }) as const;

/** For ioredis; an address with rediss:// is enough for certificates that Node knows. */
export const redisTls = (ca: string | undefined) => (ca === undefined ? {} : { tls: { ca } });
