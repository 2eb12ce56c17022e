import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '#tools/dev/kafka.ts';
import { findKafkaTools } from '#tools/dev/kafka-programs.ts';
import { startPostgres } from '#tools/dev/postgres.ts';
import { handOver } from './infrastructure.ts';
import { noteBrowser, noteMissing } from './missing.ts';

/**
 * What the tests run on: the PostgreSQL of TEST_POSTGRES_URL and the Kafka of TEST_KAFKA_BROKERS, or ones of their own on free ports, with
 * their data in a temporary folder. What this machine lacks is recorded, so that its tests are reported as skipped (missing.ts); in CI that is a failure.
 */
export default async function startInfrastructure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'marigold-test-'));
  const [postgres, kafka] = await Promise.all([ownPostgres(folder), ownKafka(folder), noteBrowser()]);
  handOver({ folder, stop: async () => void (await Promise.all([postgres?.stop(), kafka?.stop()])) });
}

async function ownPostgres(folder: string) {
  if (process.env['TEST_POSTGRES_URL'] !== undefined) return null;
  // nothing of it outlives the run, so nothing waits for the disk
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings });
  process.env['TEST_POSTGRES_URL'] = postgres.url;
  return postgres;
}

async function ownKafka(folder: string) {
  if (process.env['TEST_KAFKA_BROKERS'] !== undefined) return null;
  const tools = findKafkaTools();
  if ('missing' in tools) {
    noteMissing('kafka', `${tools.missing} was not found`);
    return null;
  }
  const dataDir = join(folder, 'kafka');
  mkdirSync(dataDir);
  const kafka = await startKafka({ dataDir });
  process.env['TEST_KAFKA_BROKERS'] = kafka.brokers.join(',');
  return kafka;
}
