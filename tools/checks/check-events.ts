import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Base } from '#schema/base.ts';
import { CheckError } from '#schema/check-error.ts';
import { compareContracts, type JsonSchema } from './compare-contracts.ts';
import type { Finding, Report, Verdict } from './findings.ts';
import { type Check, load, root, type Tree, treeOf } from './run-check.ts';

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

const folder = 'kafka/contracts/';
const source = 'kafka/contracts.ts';

/** The changes in the event contracts, with the subscribers they affect. @throws CheckError when contracts cannot be loaded. */
export const checkEvents: Check = {
  name: 'events',
  checks: 'checks that event contracts changed compatibly for their consumers',
  run: findEvents,
};

async function findEvents(base: Base | null): Promise<Report> {
  await load(source);
  const { contractFolder } = (await load('kafka/contract-folder.ts')) as { contractFolder(): Map<string, string> };
  const files = contractFolder();
  const subscribes = await readConsumers();
  const schemas = new Map(
    [...files].filter(([name]) => name.endsWith('.json')).map(([name, text]) => [name.slice(0, -5), JSON.parse(text) as JsonSchema]),
  );
  const tree = treeOf(base, [folder]);
  return {
    check: 'events',
    base: base?.name ?? null,
    findings: [...findStale(files), ...findUnfilled(schemas, subscribes), ...(tree === null ? [] : findChanges(schemas, tree, subscribes))],
    passed: `${schemas.size} events are as committed, and every field that is read is filled.`,
  };
}

function findStale(files: ReadonlyMap<string, string>): Finding[] {
  const committed = existsSync(root + folder) ? readdirSync(root + folder) : [];
  const stale = [...files].filter(([name, text]) => !committed.includes(name) || readFileSync(root + folder + name, 'utf8') !== text);
  const names = [...stale.map(([name]) => name), ...committed.filter((name) => !files.has(name))];
  return names.map((name) => ({
    verdict: 'breaking',
    file: folder + name,
    what: `differs from ${source}.`,
    who: [],
    instead: 'Write it with: npm run contracts',
  }));
}

/** Readers of what is not, or no longer, in the contract. */
function findUnfilled(schemas: ReadonlyMap<string, JsonSchema>, subscribes: readonly SubscribedBy[]): Finding[] {
  return subscribes.flatMap(({ consumer, type, reads, file, line }): Finding[] => {
    const schema = schemas.get(type);
    const reject = (what: string, instead: string): Finding => ({ verdict: 'breaking', file, line, what, who: [consumer], instead });
    if (schema === undefined)
      return [
        reject(`${consumer} subscribes to ${type}, which no service publishes.`, 'Keep its contract until no service subscribes to it.'),
      ];
    const filled = Object.keys((schema['properties'] ?? {}) as object);
    return reads
      .filter((field) => !filled.includes(field))
      .map((field) => reject(`${consumer} reads ${field} of ${type}, which ${schema['x-publisher']} does not fill.`, newType));
  });
}

const newType = 'Publish a new type beside the old one, let its readers move, and then stop publishing the old one.';
const advice: Readonly<Record<Verdict, string | undefined>> = {
  breaking: newType,
  dangerous:
    'Release the consumers first and publish it one release later: a consumer of the previous release makes such an event a dead letter.',
  safe: undefined,
};

function findChanges(schemas: ReadonlyMap<string, JsonSchema>, tree: Tree, subscribes: readonly SubscribedBy[]): Finding[] {
  const old = new Map(tree.paths.filter((path) => path.endsWith('.json')).map((path) => [path.slice(folder.length, -5), path]));
  const added = [...schemas.keys()].filter((type) => !old.has(type));
  const changed = [...old].filter(([type, path]) => schemas.has(type) && tree.read(path) !== textOf(schemas.get(type)));
  return [
    ...added.map(
      (type): Finding => ({
        verdict: 'safe',
        file: source,
        line: lineOf(type),
        what: `${type} is new.`,
        who: subscribersOf(subscribes, type),
      }),
    ),
    ...[...old].filter(([type]) => !schemas.has(type)).map(([type]) => dropped(type, subscribes)),
    ...changed.flatMap(([type, path]) => findInType(type, parse(path, tree), schemas.get(type) ?? {}, subscribes)),
  ];
}

function dropped(type: string, subscribes: readonly SubscribedBy[]): Finding {
  const who = subscribersOf(subscribes, type);
  if (who.length === 0) return { verdict: 'safe', file: source, what: `${type} is gone; it has no subscriber.`, who };
  return {
    verdict: 'breaking',
    file: source,
    what: `${type} is gone, and still has subscribers.`,
    who,
    instead: 'Remove its handlers first; then the contract.',
  };
}

function findInType(type: string, before: JsonSchema, after: JsonSchema, subscribes: readonly SubscribedBy[]): Finding[] {
  return compareContracts(before, after).map(({ verdict, field, what }) => ({
    verdict,
    file: source,
    line: lineOf(type),
    what: `${type}: ${what}.`,
    who: verdict === 'safe' ? [] : subscribersOf(subscribes, type, field),
    instead: advice[verdict],
  }));
}

function subscribersOf(subscribes: readonly SubscribedBy[], type: string, field: string | null = null): string[] {
  return subscribes.filter((one) => one.type === type && (field === null || one.reads.includes(field))).map(({ consumer }) => consumer);
}

function lineOf(type: string): number | undefined {
  const found = readFileSync(root + source, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(`'${type}': {`));
  return found < 0 ? undefined : found + 1;
}

function parse(path: string, tree: Tree): JsonSchema {
  try {
    return JSON.parse(tree.read(path)) as JsonSchema;
  } catch {
    throw new CheckError('It is no JSON in the base; name another one with --base REF.', { file: path });
  }
}

const textOf = (schema: JsonSchema | undefined) => `${JSON.stringify(schema, null, 2)}\n`;
