import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { AppError } from '#platform/errors.ts';
import { type EntityFetch, hasKey } from '../supergraph/planning/required-inputs.ts';
import { askedFields } from './asked-fields.ts';
import { applyRewrites, copyOf, isData, mergeInto, representationOf } from './entities.ts';
import { missingPaths } from './failed-fetch.ts';
import type { Data, FetchAnswer, FetchError, FetchRequest } from './fetch.ts';
import { isExplained, type LostField, lostKeys } from './lost-fields.ts';
import { isRejectedForValues, queryComponents } from './rejected-values.ts';

/** An error of a subgraph, at the place in the whole answer, under the planner's keys. Without a path it is about no place. */
export type PlacedError = { readonly error: FetchError; readonly service: string; readonly path: (string | number)[] | null };

export type PlanRun = {
  /** Asks a subgraph. May reject: that is then an error at each field that is missing. */
  ask(request: FetchRequest): Promise<FetchAnswer>;
  readonly supergraphSchema: GraphQLSchema;
  /** The value of a variable by the planner's name; undefined when the client gave none. */
  variable(name: string): unknown;
};

/** The way to an object from the root of the answer, from behind. */
type Trail = { readonly parent: Trail; readonly part: string | number } | null;
type Found = { readonly value: unknown; readonly trail: Trail };
type State = PlanRun & {
  readonly errors: PlacedError[];
  readonly lost: LostField[];
  /** Entities that a subgraph returned as null: with an error, or because it does not know them. */
  readonly explained: WeakSet<object>;
};

/**
 * Carries out what the planner found. Never rejects for what a subgraph does; what it could not get is not in `data`. `lost` is what no
 * subgraph was asked for, though there is no error for it; the client need not have asked for it either.
 */
export async function runPlan(plan: PlanNode, run: PlanRun): Promise<{ data: Data; errors: PlacedError[]; lost: LostField[] }> {
  const data: Data = {};
  const state: State = { ...run, errors: [], lost: [], explained: new WeakSet() };
  await runNode(plan, [{ value: data, trail: null }], [], state);
  return { data, errors: state.errors, lost: state.lost };
}

async function runNode(node: PlanNode, at: readonly Found[], path: readonly (string | number)[], state: State): Promise<void> {
  switch (node.kind) {
    case 'Sequence':
      for (const step of node.nodes) await runNode(step, at, path, state);
      return;
    case 'Parallel':
      await Promise.all(node.nodes.map((step) => runNode(step, at, path, state)));
      return;
    case 'Flatten':
      return runNode(node.node, insideOf(at, node.path), [...path, ...node.path], state);
    case 'Fetch':
      return node.requires === undefined ? fetchFields(node, at, path, state) : fetchEntities(node, node.requires, at, path, state);
    default:
      throw new Error(`The plan has a step that is not known here: ${node.kind}.`);
  }
}

/** What is at a path of each of some objects, without what is not there. */
function insideOf(at: readonly Found[], path: readonly (string | number)[]): readonly Found[] {
  let here = at;
  for (const part of path) here = here.flatMap((found) => (part === '@' ? itemsOf(found) : fieldOf(found, part)));
  return here;
}

function itemsOf({ value, trail }: Found): Found[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => (item === null ? [] : [{ value: item, trail: { parent: trail, part: index } }]));
}

function fieldOf({ value, trail }: Found, part: string | number): Found[] {
  const inside = isData(value) && Object.hasOwn(value, part) ? value[part] : null;
  return inside === null || inside === undefined ? [] : [{ value: inside, trail: { parent: trail, part } }];
}

async function fetchFields(node: FetchNode, at: readonly Found[], path: FetchRequest['path'], state: State): Promise<void> {
  if (at.length === 0) return;
  const answer = await send(node, variablesOf(node, state), at, path, state);
  if (!isData(answer)) {
    for (const { value } of at.filter((found) => isData(found.value))) state.explained.add(value as Data);
    return;
  }
  applyRewrites(state.supergraphSchema, node.outputRewrites, answer);
  for (const [index, { value }] of at.entries())
    if (isData(value)) mergeInto(state.supergraphSchema, value, index === 0 ? answer : copyOf(answer), askedFields(node));
}

async function fetchEntities(
  node: EntityFetch,
  requires: NonNullable<FetchNode['requires']>,
  at: readonly Found[],
  path: FetchRequest['path'],
  state: State,
): Promise<void> {
  const asked: Found[] = [];
  const representations: Data[] = [];
  const lacking: Found[] = [];
  for (const found of at) {
    const representation = representationOf(state.supergraphSchema, found.value, requires);
    if (representation !== undefined && representation['__typename'] === undefined) continue;
    applyRewrites(state.supergraphSchema, node.inputRewrites, representation);
    if (representation === undefined || !hasKey(representation, node)) lacking.push(found);
    else {
      representations.push(representation);
      asked.push(found);
    }
  }
  noteLost(node, requires, lacking, state);
  const { withoutInputs } = node;
  await Promise.all([
    askEntities(node, representations, asked, path, state),
    ...(withoutInputs?.requires && lacking.length > 0 ? [fetchEntities(withoutInputs, withoutInputs.requires, lacking, path, state)] : []),
  ]);
}

function noteLost(node: EntityFetch, requires: NonNullable<FetchNode['requires']>, lacking: readonly Found[], state: State): void {
  const byType = new Map<unknown, string[]>();
  const names = renamedKeys(node);
  for (const { value, trail } of lacking) {
    const typeName = isData(value) ? value['__typename'] : undefined;
    if (typeof typeName !== 'string' || isExplained(value, requires, state.explained)) continue;
    const keys = byType.get(typeName) ?? lostKeys(node, typeName, state.supergraphSchema);
    byType.set(typeName, keys);
    for (const key of keys) state.lost.push({ path: [...trailOf(trail), names.get(key) ?? key], service: node.serviceName });
  }
}

async function askEntities(
  node: FetchNode,
  representations: readonly Data[],
  asked: readonly Found[],
  path: FetchRequest['path'],
  state: State,
): Promise<void> {
  if (asked.length === 0) return;
  const data = await send(node, { ...variablesOf(node, state), representations }, asked, path, state);
  const entities = isData(data) ? data['_entities'] : undefined;
  for (const [index, { value }] of asked.entries()) {
    if (!isData(value)) continue;
    const entity: unknown = Array.isArray(entities) ? entities[index] : null;
    if (!isData(entity)) {
      state.explained.add(value);
      continue;
    }
    // rewrites ask for the type, which a subgraph is not always asked for
    if (entity['__typename'] === undefined) entity['__typename'] = value['__typename'];
    applyRewrites(state.supergraphSchema, node.outputRewrites, entity);
    mergeInto(state.supergraphSchema, value, entity, askedFields(node));
  }
}

function variablesOf({ variableUsages = [] }: FetchNode, state: State): Data {
  const given = variableUsages.map((name) => [name, state.variable(name)] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** The data of the answer; its errors are noted where they belong. */
async function send(node: FetchNode, variables: Data, asked: readonly Found[], path: FetchRequest['path'], state: State): Promise<unknown> {
  const request = { service: node.serviceName, query: node.operation, variables, path };
  const whole = await askWhole(request, state);
  const parts = isRejectedForValues(whole) ? await askApart(request, state) : [];
  const answers = parts.length === 0 ? [{ query: node.operation, answer: whole }] : parts;
  for (const { query, answer } of answers) note(answer, { node, query, variables, asked }, state);
  return mergedData(
    state,
    answers.map(({ answer }) => answer.data),
  );
}

function note({ data, errors }: FetchAnswer, sent: Omit<Sent, 'isFirst' | 'isEmpty'>, state: State): void {
  for (const [index, error] of (errors ?? []).entries()) {
    for (const place of placesOf(error, { ...sent, isFirst: index === 0, isEmpty: !isData(data) })) {
      state.errors.push({ error, service: sent.node.serviceName, path: place });
    }
  }
}

function mergedData({ supergraphSchema }: State, all: readonly FetchAnswer['data'][]): Data | null {
  const [first, ...others] = all.filter(isData);
  if (first === undefined) return null;
  for (const other of others) mergeInto(supergraphSchema, first, other);
  return first;
}

/** Entities that are no list of as many as were asked for would be taken for others, or for null. */
async function askWhole(request: FetchRequest, state: State): Promise<FetchAnswer> {
  const answer = await ask(request, state);
  const { representations } = request.variables;
  const isAnswered = !Array.isArray(representations) || !isData(answer.data) || isListOf(answer.data['_entities'], representations.length);
  if (isAnswered) return answer;
  return { errors: answer.errors ?? [{ message: 'A subgraph did not answer the entities that it was asked for.' }] };
}

function isListOf(value: unknown, length: number): boolean {
  return Array.isArray(value) && value.length === length && value.every((item) => item === null || isData(item));
}

function ask(request: FetchRequest, state: State): Promise<FetchAnswer> {
  return state.ask(request).catch((error: unknown) => ({ errors: [asFetchError(error)] }));
}

/** One value that a subgraph rejects takes only its own field with it. Empty for what cannot be taken apart. */
function askApart(request: FetchRequest, state: State): Promise<{ query: string; answer: FetchAnswer }[]> {
  return Promise.all(
    queryComponents(request.query).map(async ({ query, variables }) => {
      const given = Object.entries(request.variables).filter(([name]) => variables.has(name));
      return { query, answer: await ask({ ...request, query, variables: Object.fromEntries(given) }, state) };
    }),
  );
}

function asFetchError(error: unknown): FetchError {
  if (error instanceof AppError) return { message: error.message, extensions: { code: error.code } };
  return error instanceof Error ? error : { message: String(error) };
}

type Sent = {
  readonly node: FetchNode;
  /** The operation of the node, or a part of it. */
  readonly query: string;
  readonly variables: Data;
  readonly asked: readonly Found[];
  readonly isFirst: boolean;
  readonly isEmpty: boolean;
};

/** Where an error of a fetch belongs: at its own place, or at every field that is missing for it. */
function placesOf({ path }: FetchError, sent: Sent): ((string | number)[] | null)[] {
  const { node, query, variables, asked, isFirst, isEmpty } = sent;
  const own = path && placeOf(path, sent);
  if (own) return [own];
  if (!isEmpty && node.requires === undefined) return [null];
  const places = missingPaths(query, variables).flatMap((found) => [placeOf(found, sent) ?? []].filter(({ length }) => length > 0));
  if (places.length === 0) return [trailOf(asked[0]?.trail ?? null)];
  // a single error is enough to report that everything is missing
  return isFirst ? places : places.slice(0, 1);
}

function placeOf(path: readonly (string | number)[], { node, asked }: Pick<Sent, 'node' | 'asked'>): (string | number)[] | null {
  const names = renamedKeys(node);
  const keys = path.map((part) => (typeof part === 'string' ? (names.get(part) ?? part) : part));
  if (node.requires === undefined) return [...trailOf(asked[0]?.trail ?? null), ...keys];
  const [, index, ...rest] = keys;
  const found = typeof index === 'number' ? asked[index] : undefined;
  return found === undefined ? null : [...trailOf(found.trail), ...rest];
}

/** What the planner calls a field that it had to give another name for one subgraph. */
function renamedKeys({ outputRewrites = [] }: FetchNode): ReadonlyMap<string, string> {
  return new Map(
    outputRewrites.flatMap((rewrite) => (rewrite.kind === 'KeyRenamer' ? [[rewrite.path.at(-1) ?? '', rewrite.renameKeyTo]] : [])),
  );
}

function trailOf(trail: Trail): (string | number)[] {
  const path: (string | number)[] = [];
  for (let here = trail; here !== null; here = here.parent) path.unshift(here.part);
  return path;
}
