import { Redis } from 'ioredis';
import type { Logger } from '#platform/logger.ts';
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
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) logger.warn({ reason: connectionReasonOf(error) }, 'Redis does not answer; limits and persisted queries are kept in memory');
    away = true;
  });
  redis.on('ready', () => {
    if (away) logger.info('Redis answers again');
    away = false;
  });
  return redis;
}
