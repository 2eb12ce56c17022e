import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { openCache } from '#platform/cache.ts';
import { type Certificates, makeCertificates } from '#tests/support/certificates.ts';
import { needs } from '#tests/support/needs.ts';
import { createRecordingLogger, type RecordingLogger } from '#tests/support/recording-logger.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { freePort } from '#tools/dev/ports.ts';
import { findRedis, startRedis } from '#tools/dev/redis.ts';
import { openRedis } from '../runtime/redis.ts';

const { describe } = needs('redis');
const { test } = needs('openssl');
const password = 'a-password-that-no-log-may-show';
const wrongPassword = 'a-wrong-one-that-no-log-may-show';
const stops: (() => unknown)[] = [];
let certificates: Certificates;
let recorded: RecordingLogger;

describe('Redis with a certificate and a password', () => {
  let port: number;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    certificates = makeCertificates();
    const { server, ca } = certificates;
    const [plain, tls] = [await freePort(), await freePort()];
    port = tls;
    const certificate = [
      '--tls-cert-file',
      server.certificateFile,
      '--tls-key-file',
      server.keyFile,
      '--tls-ca-cert-file',
      ca.certificateFile,
    ];
    const more = ['--tls-port', String(tls), ...certificate, '--tls-auth-clients', 'no', '--requirepass', password];
    redis = await startRedis(
      { program: findRedis() ?? '', port: plain, logFile: join(certificates.folder, 'redis.log'), more },
      new AbortController().signal,
    );
  });
  afterAll(async () => {
    await redis?.stop(500);
    certificates?.remove();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    expect(recorded.lines.join('')).not.toMatch(/that-no-log-may-show/);
  });

  const urlOf = (secret = password) => `rediss://:${secret}@127.0.0.1:${port}`;
  const openProductCache = (url: string, tlsCa: string) => {
    recorded = createRecordingLogger();
    const cache = openCache(url, { prefix: 'secured:', timeoutMs: 2000, tlsCa, logger: recorded.logger });
    stops.push(() => cache.close());
    return cache;
  };
  const openGatewayRedis = (url: string, tlsCa: string) => {
    recorded = createRecordingLogger();
    const client = openRedis(url, recorded.logger, tlsCa);
    stops.push(() => client.disconnect());
    return client;
  };

  test('work with the right authority and password, for the cache and for gateways', async () => {
    const cache = openProductCache(urlOf(), certificates.ca.certificate);
    await waitFor('the cache', async () => {
      await cache.setMany([{ key: 'a', value: 1 }]);
      return (await cache.getMany(['a']))[0] === 1;
    });
    const client = openGatewayRedis(urlOf(), certificates.ca.certificate);

    await waitFor('Redis', () => client.status === 'ready');
    expect(await client.get('secured:a')).toBe('1');
  });

  test.each([
    ['a foreign certificate', () => urlOf(), () => certificates.foreignCa.certificate, /^the certificate of the server is not trusted: /],
    ['a wrong password', () => urlOf(wrongPassword), () => certificates.ca.certificate, /^WRONGPASS /],
  ])('report %s once, and go on trying', async (_, url, tlsCa, reason) => {
    openProductCache(url(), tlsCa());
    await waitFor('the reason', () => recorded.reasonsOf('the cache does not answer: reading without it')[0]?.match(reason));
    const client = openGatewayRedis(url(), tlsCa());
    let connections = 0;
    client.on('connecting', () => {
      connections += 1;
    });

    await waitFor('another try', () => connections > 2);
    const reasons = recorded.reasonsOf('Redis does not answer; limits and persisted queries are kept in memory');
    expect(reasons).toEqual([expect.stringMatching(reason)]);
  });
});
