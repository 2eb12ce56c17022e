import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { kafkaConfig } from '#kafka/kafka/log.ts';
import { RejectedChange } from '#kafka/kafka/rejected-change.ts';
import { type KafkaSecurity, securityOf } from '#kafka/kafka/security.ts';
import { ConfigError, loadConfig } from '#platform/config.ts';
import { Problem } from '../dev/problem.ts';
import { services } from '../dev/services.ts';
import type { Target } from './backup.ts';

export type KafkaAddress = { readonly brokers: string[]; readonly security: KafkaSecurity };

/** What commands that need them say about where they are. */
export const usageOfStores = `  --data DIR    the data folder of the shop, .data
  --help        this text

PostgreSQL and Kafka are found by POSTGRES_URL and KAFKA_BROKERS (and KAFKA_TLS, KAFKA_SASL_… as the services have them), or else by the
shop that runs on this machine.`;

const runFile = z.object({ postgresUrl: z.string(), kafkaBrokers: z.array(z.string()).nullable() });

/** Of any database of the server, as a role that may make databases. @throws Problem when neither a variable nor a running shop has it. */
export function findPostgres(dataDir: string, env: NodeJS.ProcessEnv = process.env): string {
  return env['POSTGRES_URL'] || readRun(dataDir, 'POSTGRES_URL').postgresUrl;
}

/** @throws Problem when neither the variables nor a running shop have it. @throws ConfigError */
export function findKafka(dataDir: string, env: NodeJS.ProcessEnv = process.env): KafkaAddress {
  const config = loadConfig({ ...kafkaConfig, KAFKA_BROKERS: kafkaConfig.KAFKA_BROKERS.optional() }, env);
  if (config.KAFKA_BROKERS !== undefined) return { brokers: config.KAFKA_BROKERS, security: securityOf(config) };
  const { kafkaBrokers } = readRun(dataDir, 'KAFKA_BROKERS');
  if (kafkaBrokers === null) throw new Problem('The shop that runs there has no Kafka: its services share one process and its log.');
  return { brokers: kafkaBrokers, security: {} };
}

function readRun(dataDir: string, variable: string) {
  const file = join(resolve(dataDir), 'run.json');
  if (!existsSync(file)) throw new Problem(`No shop runs on ${resolve(dataDir)}: start it with npm start, or set ${variable}.`);
  return runFile.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Runs a command; what the person at the keyboard can put right is one sentence and the code 1, a wrong command line 2. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.exitCode = error instanceof ConfigError || error instanceof UsageError ? 2 : 1;
    process.stderr.write(`${sentenceOf(error)}\n`);
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof ConfigError) return `${error.problems.join('; ')}.`;
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Problem || error instanceof UsageError || error instanceof RejectedChange) return error.message;
  // what kafkajs says when no broker answers
  return error.name.startsWith('KafkaJS') ? `Kafka cannot be reached: ${error.message}.` : String(error.stack);
}

/** The database of a service that a command names; the server is looked for when the command line is known to be right. @throws UsageError */
export function findTarget(name: string | undefined, serverUrl: () => string): () => Target {
  const withTables = services.filter(({ databases }) => databases.length > 0);
  const service = withTables.find((one) => one.name === name);
  if (service === undefined) throw new UsageError(`Which service? One of ${withTables.map((one) => one.name).join(', ')}.`);
  return () => ({ serverUrl: serverUrl(), database: `marigold_${service.databases[0]}`, service });
}

/** The command line asks for what cannot be. */
export class UsageError extends Error {}
