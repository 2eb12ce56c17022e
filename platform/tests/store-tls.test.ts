import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '../config.ts';
import { redisConfig } from '../redis.ts';
import { subgraphConfig } from '../service/start-subgraph.ts';

const config = { ...subgraphConfig(4001), ...redisConfig('A cache.') };
const url = 'postgres://shop:secret@127.0.0.1/shop';

function problemsOf(more: Record<string, string>): readonly string[] {
  try {
    loadConfig(config, { INTERNAL_TOKEN_SECRET: 'i'.repeat(32), DATABASE_URL: url, ...more });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the TLS of databases and Redis', () => {
  test.each(['', '?sslmode=disable', '?sslmode=require', '?sslmode=verify-ca', '?sslmode=verify-full'])(
    'may be asked for as %j',
    (more) => {
      expect(problemsOf({ DATABASE_URL: `${url}${more}` })).toEqual([]);
    },
  );

  test.each([
    ['?sslmode=prefer', 'DATABASE_URL: has an sslmode that is none of disable, require, verify-ca, verify-full'],
    [
      '?sslmode=require&sslrootcert=/ca.pem',
      'DATABASE_URL: has the parameter sslrootcert, which is not read: set DATABASE_TLS_CA to the certificates',
    ],
  ])('is not read halfway from %s', (more, problem) => {
    expect(problemsOf({ DATABASE_URL: `${url}${more}` })).toEqual([problem]);
  });

  test('names everything that contradicts itself at once', () => {
    expect(
      problemsOf({ DATABASE_URL: `${url}?sslmode=disable`, DATABASE_TLS_CA: 'none', REDIS_URL: 'redis://redis', REDIS_TLS_CA: 'none' }),
    ).toEqual([
      'DATABASE_TLS_CA: must be certificates in PEM',
      'REDIS_TLS_CA: must be certificates in PEM',
      'DATABASE_TLS_CA is set, and DATABASE_URL has sslmode=disable',
      'REDIS_TLS_CA is set, and REDIS_URL does not begin with rediss://',
    ]);
  });
});
