import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { CheckError } from '#schema/check-error.ts';
import { load, root } from './run-check.ts';

/** A type of event that a service subscribes, with the fields it reads, and the place of the declaration. */
export type SubscribedBy = {
  readonly consumer: string;
  readonly type: string;
  readonly reads: readonly string[];
  readonly file: string;
  readonly line: number | undefined;
};

type Declaration = Pick<SubscribedBy, 'consumer' | 'file'>;

const gateway: Declaration = { consumer: 'gateway', file: 'gateway/subscriptions/events.ts' };

/** The subscriptions declared in each events.ts of the checkout. */
export async function readConsumers(): Promise<SubscribedBy[]> {
  const subgraphs = readdirSync(`${root}subgraphs`)
    .map((consumer) => ({ consumer, file: `subgraphs/${consumer}/events.ts` }))
    .filter(({ file }) => existsSync(root + file));
  return (await Promise.all([...subgraphs, gateway].map(readFile))).flat();
}

async function readFile({ consumer, file }: Declaration): Promise<SubscribedBy[]> {
  const { subscribes } = await load(file);
  // the service whose use cases would handle them is not asked
  const service = new Proxy({}, { get: () => () => undefined });
  const handlers: unknown = typeof subscribes === 'function' ? subscribes(service) : subscribes;
  if (!Array.isArray(handlers)) throw new CheckError('It exports no `subscribes`, which lists what its service handles.', { file });
  const lines = readFileSync(root + file, 'utf8').split('\n');
  return (handlers as { type: string; reads: readonly string[] }[]).map(({ type, reads }) => {
    const found = lines.findIndex((line) => line.includes(`'${type}'`));
    return { consumer, type, reads, file, line: found < 0 ? undefined : found + 1 };
  });
}
