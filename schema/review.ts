import { GraphQLSchema, validate } from 'graphql';
import { acceptBreaks, problemsOfBreaks } from './accepted-breaks.ts';
import { compareSchemas, type SchemaChange, schemaOfSubgraph } from './changes.ts';
import { CheckError, type Place } from './check-error.ts';
import { type ClassifiedChange, classifyChanges } from './classify-changes.ts';
import { commonTypesFile } from './common-types.ts';
import type { Files } from './files.ts';
import { apiOf, compose, findPlace, type ParsedSubgraph, parseCommonTypes, parseSubgraphs, placesOf, supergraphFile } from './graph.ts';
import { lintRules } from './lint-rules.ts';
import { rulesAcross } from './lint-rules-across.ts';
import { type RegisteredOperation, readOldOperations, readOperations } from './operations.ts';

/** Something that is wrong in itself, whatever the base is. */
export type Problem = Place & { readonly message: string };

/** A change of the public API, or of one subgraph where clients see nothing of it. */
export type ReviewedChange = ClassifiedChange & {
  /** The subgraphs that changed in this. */
  readonly subgraphs: readonly string[];
  readonly isPublic: boolean;
  readonly place: Place | null;
};

export type Review = {
  readonly base: string | null;
  readonly subgraphs: number;
  readonly operations: number;
  readonly problems: readonly Problem[];
  readonly changes: readonly ReviewedChange[];
};

export type Compared = { readonly name: string; readonly files: Files };

/**
 * The findings about the graph of these files, compared with a base or on its own.
 * @throws CheckError where they are not a graph: syntax, composition, an operation that asks for what there is not.
 */
export async function review(files: Files, base: Compared | null): Promise<Review> {
  const subgraphs = parseSubgraphs(files);
  const operations = readOperations(files);
  const supergraph = compose(subgraphs);
  const api = apiOf(supergraph);
  const oldApi = base === null ? null : oldApiOf(base);
  const changes = base === null || oldApi === null ? [] : await compareWith(base, oldApi, { files, subgraphs, api, operations });
  const problems = [
    ...(supergraph === files.get(supergraphFile) ? [] : [stale]),
    ...lint(files, subgraphs),
    ...problemsOfBreaks(files, api),
    ...checkOperations(operations, api, oldApi, changes),
  ];
  return {
    base: oldApi === null ? null : (base?.name ?? null),
    subgraphs: subgraphs.length,
    operations: operations.length,
    problems,
    changes,
  };
}

/** What is wrong in a common type is reported once, where it is written. */
function lint(files: Files, subgraphs: readonly ParsedSubgraph[]): Problem[] {
  const inSubgraphs = [...subgraphs.flatMap(({ name, document }) => lintRules(name, document)), ...rulesAcross(subgraphs)].flatMap(
    ({ subgraph, line, message }) => {
      const found = subgraphs.find(({ name }) => name === subgraph);
      return found === undefined || line > found.ownLines ? [] : [{ file: found.file, line, message }];
    },
  );
  const inCommon = lintRules('common', parseCommonTypes(files)).map(({ line, message }) => ({ file: commonTypesFile, line, message }));
  return [...inSubgraphs, ...inCommon];
}

const stale: Problem = {
  file: supergraphFile,
  line: 1,
  message: 'It is not what the subgraphs compose to. Write it with: npm run compose',
};

/** The base as its gateway serves it; null when it has no graph yet. */
function oldApiOf({ name, files }: Compared): GraphQLSchema | null {
  const supergraph = files.get(supergraphFile);
  if (supergraph === undefined) return null;
  try {
    return apiOf(supergraph);
  } catch {
    throw new CheckError(`The base ${name} holds a supergraph that cannot be read; name another one with --base REF.`);
  }
}

type Head = { files: Files; subgraphs: readonly ParsedSubgraph[]; api: GraphQLSchema; operations: readonly RegisteredOperation[] };

async function compareWith(base: Compared, oldApi: GraphQLSchema, head: Head): Promise<ReviewedChange[]> {
  const oldSubgraphs = parseSubgraphs(base.files);
  const old = readOldOperations(base.files).filter(({ file, text }) => head.files.get(file) !== text);
  const registered = [
    ...head.operations.map((operation) => ({ ...operation, isOfBase: false })),
    ...old.map((operation) => ({ ...operation, isOfBase: true })),
  ];
  // what the base knew is checked against the base's schema: an operation that asks for something new touches nothing old
  const inSubgraphs = await compareSubgraphs(oldSubgraphs, head.subgraphs);
  const inApi = acceptBreaks(classifyChanges(await compareSchemas(oldApi, head.api), oldApi, registered), head.files);
  const places = [...head.subgraphs, ...oldSubgraphs].map((subgraph) => ({ name: subgraph.name, places: placesOf(subgraph) }));
  const sameAs = (change: SchemaChange) => (other: SchemaChange) => other.type === change.type && other.coordinate === change.coordinate;
  const locate = (coordinate: string, names: readonly string[]) => {
    const own = places.filter(({ name }) => names.includes(name)).map((subgraph) => subgraph.places);
    return findPlace(coordinate, own.length > 0 ? own : places.map((subgraph) => subgraph.places));
  };
  const shown = inApi.map((change) => {
    const names = inSubgraphs.filter(({ changes }) => changes.some(sameAs(change))).map(({ name }) => name);
    return { ...change, subgraphs: names, isPublic: true, place: locate(change.coordinate, names) };
  });
  const hidden = inSubgraphs.flatMap(({ name, changes }) =>
    changes
      .filter((change) => !inApi.some(sameAs(change)))
      .map((change) => ({ ...change, ...unseen(change), subgraphs: [name], isPublic: false, place: locate(change.coordinate, [name]) })),
  );
  return [...shown, ...hidden];
}

/** No client sees it; a gateway that still has the base's supergraph may. */
function unseen({ level }: SchemaChange): Pick<ClassifiedChange, 'level' | 'verdict' | 'because' | 'instead' | 'uses'> {
  const allowed = { verdict: 'allowed', instead: null, uses: [] } as const;
  if (level === 'safe') return { ...allowed, level, because: 'no client can notice' };
  const because =
    'clients see no difference; a gateway with the supergraph of the base may still ask for it here, so let the supergraph go out first';
  return { ...allowed, level: 'dangerous', because };
}

async function compareSubgraphs(base: readonly ParsedSubgraph[], head: readonly ParsedSubgraph[]) {
  const changed = head.filter(({ name, sdl }) => base.find((old) => old.name === name)?.sdl !== sdl);
  return await Promise.all(
    changed.map(async ({ name, document }) => {
      const old = base.find((candidate) => candidate.name === name);
      const oldSchema = old ? schemaOfSubgraph(old.document) : new GraphQLSchema({});
      return { name, changes: await compareSchemas(oldSchema, schemaOfSubgraph(document)) };
    }),
  );
}

/** An operation that a change of the graph broke is rejected; one that never worked keeps us from judging. */
function checkOperations(
  operations: readonly RegisteredOperation[],
  api: GraphQLSchema,
  oldApi: GraphQLSchema | null,
  changes: readonly ReviewedChange[],
): Problem[] {
  return operations.flatMap(({ client, name, file, document }) => {
    const [error] = validate(api, document);
    if (!error) return [];
    const line = error.locations?.[0]?.line;
    if (oldApi === null || validate(oldApi, document).length > 0)
      throw new CheckError(`The operation ${name} of ${client} is not one of this graph: ${error.message}`, { file, line });
    const isTold = changes.some(({ verdict, uses }) => verdict === 'rejected' && uses.some((use) => use.file === file));
    return isTold ? [] : [{ file, line, message: `The operation ${name} of ${client} no longer works: ${error.message}` }];
  });
}
