import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './dev/processes.ts';
import type { Credentials } from './dev/secrets.ts';

/** What `npm start` writes for other programs while it runs, into run.json of its data folder. */
export type Run = {
  readonly pid: number;
  readonly gatewayUrl: string;
  readonly postgresUrl: string;
  readonly kafkaBrokers: readonly string[] | null;
  readonly services: Readonly<Record<string, { readonly pid: number; readonly adminUrl: string }>>;
};

export type RunningShop = Run & { readonly credentials: Credentials };

/** In the words of all commands; their exit code is then 2. */
export const noShopRuns = (dataDir: string): string =>
  `No shop runs on ${dataDir}. Start one with npm start, or name the data folder of one that runs with --data.`;

/** Where the shop is that runs on this data folder; null when none does, also where one was killed that could not say so. */
export function readRun(dataDir: string): Run | null {
  const run = readJson<Run>(join(dataDir, 'run.json'));
  return run !== null && isAlive(run.pid) ? run : null;
}

/**
 * The shop that runs on this data folder, whose gateway answers.
 * @throws an Error with one sentence when there is none.
 */
export async function findRunningShop(dataDir: string): Promise<RunningShop> {
  const run = readRun(dataDir);
  const credentials = readJson<Credentials>(join(dataDir, 'credentials.json'));
  if (run === null || credentials === null) throw new Error(noShopRuns(dataDir));
  try {
    await (await fetch(new URL('/livez', run.gatewayUrl))).body?.cancel();
  } catch (error) {
    throw new Error(`The gateway of the shop on ${dataDir} does not answer at ${run.gatewayUrl}.`, { cause: error });
  }
  return { ...run, credentials };
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return null;
  }
}
