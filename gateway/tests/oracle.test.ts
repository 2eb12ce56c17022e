import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { type ExecutionResult, type GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { composeSupergraph, readSubgraphs } from '#schema/compose.ts';
import { executeOperation } from '../execution/execute-operation.ts';
import { createIntrospect } from '../execution/introspect.ts';
import { readAnswer } from '../execution/read-answer.ts';
import { createCaches } from '../runtime/caches.ts';
import { chains, foreign, hops, interfaces, provides } from './foreign-graphs.ts';
import { createTestPlanner, planInProcess } from './in-process-planning.ts';
import { createWholeGraph, type SubgraphText } from './random-graph.ts';
import { createRandom, type RandomOperation, randomOperation } from './random-operation.ts';

/**
 * The gateway over subgraphs answers as one server with the same data would. Random operations find unforeseen cases; a seed that
 * fails is a test case.
 */
/** Where an answer has a null that an error explains. Whether nested errors are reported is up to the server. */
function nullPlaces({ data, errors = [] }: { data?: unknown; errors?: readonly GraphQLError[] }): string[] {
  const places = errors.flatMap(({ path = [] }) => {
    let value: unknown = data;
    for (const [index, part] of (path ?? []).entries()) {
      if (value === null || value === undefined) return [JSON.stringify(path?.slice(0, index))];
      value = (value as Record<string | number, unknown>)[part];
    }
    return value === null || value === undefined ? [JSON.stringify(path)] : [];
  });
  return [...new Set(places)].sort();
}

function createComparison(subgraphs: readonly SubgraphText[]) {
  const sdl = composeSupergraph(subgraphs);
  const apiSchema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  const planner = createTestPlanner(sdl);
  const introspect = createIntrospect(createCaches(), planInProcess());
  const graph = createWholeGraph(subgraphs);
  const oracle = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  const aliases = ['__typename', 'id_1', '__proto__', 'constructor', 'toString', '__alias_0', 'x', 'y', ...fieldNames(apiSchema)];

  async function federated({ source, variables }: RandomOperation): Promise<ExecutionResult> {
    const planned = await planner.plan(parse(source), null, variables, 'anybody');
    const { plan } = planned;
    if (plan?.kind === 'Subscription') throw new Error('It is no subscription.');
    return executeOperation({
      planned: { ...planned, plan },
      variables,
      introspection: await introspect(planned, variables, 'anybody'),
      ask: async ({ service, query, variables: given }) =>
        readAnswer(JSON.stringify(await graph.ask(service, query, structuredClone(given)))),
    });
  }

  return {
    operation: (seed: number): RandomOperation | null => {
      const random = createRandom(seed);
      const hasMutations = apiSchema.getMutationType() !== undefined && apiSchema.getMutationType() !== null;
      const operation = randomOperation(apiSchema, hasMutations && random.chance(20) ? 'mutation' : 'query', random, aliases);
      return validate(apiSchema, parse(operation.source)).length === 0 ? operation : null;
    },
    async compare(operation: RandomOperation) {
      const expected = graph.whole(oracle, operation.source, operation.variables);
      const actual = await federated(operation);
      const textOf = ({ data }: ExecutionResult) => JSON.stringify(data ?? null, null, 1);
      return {
        expected: { data: textOf(expected), nulls: nullPlaces(expected) },
        actual: { data: textOf(actual), nulls: nullPlaces(actual) },
        told: { expected: expected.errors?.map(String), actual: actual.errors?.map(String) },
      };
    },
  };
}

function fieldNames(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    'getFields' in type && !type.name.startsWith('__') ? Object.keys(type.getFields()) : [],
  );
}

describe.each<[string, readonly SubgraphText[], number]>([
  ['our graph', readSubgraphs(), 150],
  ['a foreign graph', foreign, 300],
  ['a graph of entity interfaces', interfaces, 150],
  ['a graph of lists in lists, with the names of objects of JavaScript', chains, 60],
  ['a graph in which subgraphs know more than they own', provides, 40],
  ['a graph in which the way to a subgraph leads through others', hops, 150],
])('%s', (_, subgraphs, count) => {
  test(`answers ${count} random operations as one server would`, async () => {
    const { operation, compare } = createComparison(subgraphs);
    let valid = 0;
    for (let seed = 1; valid < count; seed += 1) {
      const found = operation(seed);
      if (found === null) continue;
      valid += 1;
      const { actual, expected, told } = await compare(found);
      const about = { seed, ...found, told };
      expect({ ...about, ...actual }).toEqual({ ...about, ...expected });
    }
  }, 120_000);
});
