import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, type GraphQLSchema, Kind, parse, type SelectionSetNode, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { readCommandLine } from '#platform/command.ts';

/** What a client reads: the type of each field by its path. After an abstract type the path has the member: `addToCart{AddToCartSuccess}.cart`. */
export type Shape = Readonly<Record<string, string>>;

export type Registered = {
  readonly client: string;
  readonly name: string;
  readonly source: string;
  readonly document: DocumentNode;
};

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'tests/contract/snapshots');

/** The committed shapes: one file for each client, with the shape of each of its operations by name. */
export type Snapshot = Readonly<Record<string, Shape>>;

/** Of all clients, by name. */
export function readSnapshots(): ReadonlyMap<string, Snapshot> {
  const files = globSync('*.json', { cwd: folder });
  return new Map(files.map((file) => [basename(file, '.json'), JSON.parse(readFileSync(join(folder, file), 'utf8')) as Snapshot]));
}

/** By client: what is to be committed for the graph of now. */
export function takeSnapshots(operations: readonly Registered[], schema: GraphQLSchema): ReadonlyMap<string, Snapshot> {
  const byClient = Map.groupBy(operations, ({ client }) => client);
  return new Map(
    [...byClient].map(([client, ofClient]) => [
      client,
      Object.fromEntries(ofClient.map(({ name, document }) => [name, shapeOf(document, schema)])),
    ]),
  );
}

/** Every operation of every client: schema/operations/<client>/<name>.graphql. */
export function readOperations(): Registered[] {
  return globSync('*/*.graphql', { cwd: join(root, 'schema/operations') })
    .toSorted()
    .map((file) => {
      const source = readFileSync(join(root, 'schema/operations', file), 'utf8');
      const client = dirname(file);
      return { client, name: basename(file, '.graphql'), source, document: parse(source) };
    });
}

export function shapeOf(document: DocumentNode, schema: GraphQLSchema): Shape {
  const shape: Record<string, string> = {};
  const types = new TypeInfo(schema);
  const path: string[] = [];
  visit(
    withoutFragments(document),
    visitWithTypeInfo(types, {
      Field: {
        enter({ alias, name }) {
          path.push(alias?.value ?? name.value);
          shape[joined(path)] = String(types.getType());
        },
        leave: () => void path.pop(),
      },
      InlineFragment: {
        enter: ({ typeCondition }) => void path.push(`{${typeCondition?.name.value ?? ''}}`),
        leave: () => void path.pop(),
      },
    }),
  );
  return shape;
}

/** The same with what each named fragment holds where it is used: the answer is the same. Our fragments are of the type of their place. */
function withoutFragments(document: DocumentNode): DocumentNode {
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one.selectionSet] as const] : [])),
  );
  const inlined = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((one) => {
      const fragment = one.kind === Kind.FRAGMENT_SPREAD ? fragments.get(one.name.value) : undefined;
      return fragment === undefined ? [one] : inlined(fragment).selections;
    }),
  });
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return visit({ ...document, definitions: operations }, { SelectionSet: { enter: inlined } });
}

const joined = (path: readonly string[]) => path.join('.').replaceAll('.{', '{');

/** Paths of a successful answer; those of user errors are left out. */
export function successPaths(shape: Shape): string[] {
  return Object.keys(shape).filter((path) => [...path.matchAll(/\{(\w+)\}/g)].every(([, member = '']) => member.endsWith('Success')));
}

/** The paths at which an answer holds something. */
export function answeredPaths(data: unknown, path = ''): Set<string> {
  if (Array.isArray(data)) return new Set([path, ...data.flatMap((item) => [...answeredPaths(item, path)])]);
  if (data === null || typeof data !== 'object') return new Set(data === null || path === '' ? [] : [path]);
  const below = Object.entries(data).flatMap(([field, value]) => [...answeredPaths(value, path === '' ? field : `${path}.${field}`)]);
  return new Set(path === '' ? below : [path, ...below]);
}

/** Where today's graph gives a client less than what was recorded: another type, or null where there was none. */
export function brokenPaths(recorded: Shape, today: Shape): string[] {
  return Object.entries(recorded).flatMap(([path, type]) => {
    const now = today[path];
    // what is never null may stand where null was possible
    const isKept = now !== undefined && (now === type || now.replaceAll('!', '') === type.replaceAll('!', '')) && !weaker(type, now);
    return isKept ? [] : [`${path}: ${type} is ${now ?? 'gone'}`];
  });
}

function weaker(recorded: string, now: string): boolean {
  let at = 0;
  for (const letter of recorded) {
    if (letter === '!' && now[at] !== '!') return true;
    while (letter !== '!' && now[at] === '!') at += 1;
    at += 1;
  }
  return false;
}

/** The graph as clients see it, of a supergraph file. */
export function clientSchema(supergraph: string): GraphQLSchema {
  return Supergraph.build(supergraph).apiSchema().toGraphQLJSSchema();
}

if (import.meta.main) {
  readCommandLine('npm run snapshots   records what each registered operation is given; review the difference as the client would', {});
  const schema = clientSchema(readFileSync(join(root, 'schema/supergraph.graphql'), 'utf8'));
  const snapshots = takeSnapshots(readOperations(), schema);
  for (const client of readSnapshots().keys()) if (!snapshots.has(client)) rmSync(join(folder, `${client}.json`));
  for (const [client, snapshot] of snapshots) writeFileSync(join(folder, `${client}.json`), `${JSON.stringify(snapshot, null, 2)}\n`);
  process.stdout.write('tests/contract/snapshots is written: review what changed as a client would.\n');
}
