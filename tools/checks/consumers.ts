import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { CannotJudge } from '#schema/cannot-judge.ts';
import { load, root } from './run-check.ts';

/** A type of fact that a service hears, with the fields it reads, and where it says so. */
export type Hears = {
  readonly consumer: string;
  readonly type: string;
  readonly reads: readonly string[];
  readonly file: string;
  readonly line: number | undefined;
};

/** What each events.ts of the checkout says that its service hears. */
export async function readConsumers(): Promise<Hears[]> {
  const folders = readdirSync(`${root}subgraphs`).map((name) => `subgraphs/${name}`);
  const files = [...folders, 'gateway'].map((folder) => `${folder}/events.ts`).filter((file) => existsSync(root + file));
  return (await Promise.all(files.map(readFile))).flat();
}

async function readFile(file: string): Promise<Hears[]> {
  const { hears } = await load(file);
  // the service whose use cases would handle them is not asked
  const service = new Proxy({}, { get: () => () => undefined });
  const hearings: unknown = typeof hears === 'function' ? hears(service) : hears;
  if (!Array.isArray(hearings)) throw new CannotJudge('It exports no "hears", which lists what its service hears.', { file });
  const lines = readFileSync(root + file, 'utf8').split('\n');
  return (hearings as { type: string; reads: readonly string[] }[]).map(({ type, reads }) => {
    const found = lines.findIndex((line) => line.includes(`'${type}'`));
    return { consumer: file.split('/').at(-2) ?? '', type, reads, file, line: found < 0 ? undefined : found + 1 };
  });
}
