import { Redis } from 'ioredis';
import type { Logger } from '#platform/logger.ts';
import { Outage } from '#platform/outage.ts';
import { redisTls } from '#platform/redis.ts';
import { connectionReasonOf } from '#platform/tls.ts';

export type { Redis } from 'ioredis';

/**
 * A connection to Redis that never blocks a request: a command fails at once while there is no connection, and after 200 ms
 * otherwise. It comes back by itself. `tlsCa`: certificates in PEM that sign that of Redis.
 */
export function openRedis(url: string, logger: Logger, tlsCa?: string): Redis {
  const redis = new Redis(url, {
    ...redisTls(tlsCa),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 200,
    connectTimeout: 2000,
    retryStrategy: (times) => Math.min(times * 100, 2000),
    connectionName: 'marigold-gateway',
  });
  const outage = new Outage();
  redis.on('error', (error: Error) => {
    const reason = connectionReasonOf(error);
    outage.begin(() => logger.warn({ reason }, 'Redis does not answer; limits and persisted queries are kept in memory'));
  });
  redis.on('ready', () => outage.end(() => logger.info('Redis answers again')));
  return redis;
}
