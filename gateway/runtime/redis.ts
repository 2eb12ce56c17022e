import { Redis } from 'ioredis';
import type { Logger } from '#platform/logger.ts';

export type { Redis } from 'ioredis';

/**
 * A connection to Redis that never blocks a request: a command fails at once while there is no connection, and after 200 ms
 * otherwise. It comes back by itself.
 */
export function openRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 200,
    connectTimeout: 2000,
    retryStrategy: (times) => Math.min(times * 100, 2000),
    connectionName: 'marigold-gateway',
  });
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) logger.warn({ error }, 'Redis does not answer; limits and persisted queries are kept in memory');
    away = true;
  });
  redis.on('ready', () => {
    if (away) logger.info('Redis answers again');
    away = false;
  });
  return redis;
}
