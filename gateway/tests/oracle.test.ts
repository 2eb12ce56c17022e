import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { type ExecutionResult, type GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { composeSupergraph, readSubgraphs } from '#schema/compose.ts';
import { executeOperation } from '../execution/execute-operation.ts';
import { createOperationPlanner } from '../execution/planning/operation-planner.ts';
import { readAnswer } from '../execution/read-answer.ts';
import { createWholeGraph, type SubgraphText } from './random-graph.ts';
import { createRandom, type RandomOperation, randomOperation } from './random-operation.ts';

/**
 * The gateway over subgraphs answers as one server with the same data would. Random operations find what nobody thought of; a seed that
 * fails is a test case.
 */
const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject"])';

const foreign: SubgraphText[] = [
  {
    name: 'catalogue',
    url: 'http://catalogue',
    sdl: `${link}
    scalar Json
    interface Media { id: ID! title: String! length: Int }
    union Thing = Book | Film | Person
    type Query { media(id: ID): Media  things: [Thing!]!  books(first: Int = 2): [Book!]!  echo(text: String): String }
    type Mutation { publish(title: String): Book  withdraw: Media }
    type Book implements Media @key(fields: "id") { id: ID! title: String! length: Int weight: Int size: Int meta: Json price(currency: String): Int author: Person binding: Binding @shareable }
    type Film implements Media @key(fields: "id") { id: ID! title: String! length: Int director: Person! kind: String @shareable }
    type Binding { colour: String @shareable pages: Int @shareable }
    type Person @key(fields: "id") { id: ID! }`,
  },
  {
    name: 'people',
    url: 'http://people',
    sdl: `${link}
    enum Mood { CALM ANGRY }
    interface Named { name: String }
    union Favourite = Book | Person
    type Query { people(mood: Mood): [Person]  person(id: ID!): Person }
    type Person implements Named @key(fields: "id") @key(fields: "email") { id: ID! email: String! name: String mood: Mood age: Int! kind: Int @shareable favourites: [Favourite] friend: Person address: Address }
    type Address implements Named { name: String street(upper: Boolean): String! at: Person }
    type Book @key(fields: "id") { id: ID! }`,
  },
  {
    name: 'reviews',
    url: 'http://reviews',
    sdl: `${link}
    type Query { latest(first: Int): [Review!] }
    type Mutation { review(text: String!): Review }
    interface Reviewed { reviews(first: Int): [Review!] }
    type Book implements Reviewed @key(fields: "id") { id: ID! weight: Int @external size: Int @external shipping(to: String): Int @requires(fields: "weight size") reviews(first: Int): [Review!] stars: Float! }
    type Film implements Reviewed @key(fields: "id") { id: ID! reviews(first: Int): [Review!] kind: String @shareable }
    type Person @key(fields: "email") { email: String! reviews: [Review] kind: Int @shareable }
    type Review { text: String! by: Person about: Subject title: String }
    union Subject = Book | Film`,
  },
];
/** Another graph of entity interfaces. */
const interfaces: SubgraphText[] = [
  {
    name: 'films',
    url: 'http://films',
    sdl: `${link}
    interface Media @key(fields: "id") { id: ID! title: String }
    type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int! }
    type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
    type Query { all: [Media!]!  one(id: ID): Media  book: Book }`,
  },
  {
    name: 'ratings',
    url: 'http://ratings',
    sdl: `${link}
    type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int  best: Opinion }
    type Opinion { text: String on: Media }
    type Query { top(first: Int): [Media]  opinion: Opinion }`,
  },
];

/** Where an answer has a null that an error explains. Errors beneath one another are told or not as the servers please. */
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
  const planner = createOperationPlanner({ apiSchema, sdl });
  const graph = createWholeGraph(subgraphs);
  const oracle = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  const aliases = ['__typename', 'id_1', '__proto__', 'x', 'y', ...fieldNames(apiSchema)];

  async function federated({ source, variables }: RandomOperation): Promise<ExecutionResult> {
    const planned = planner.plan(parse(source), null, variables);
    const { plan } = planned;
    if (plan?.kind === 'Subscription') throw new Error('It is no subscription.');
    return executeOperation({
      planner,
      planned: { ...planned, plan },
      variables,
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
