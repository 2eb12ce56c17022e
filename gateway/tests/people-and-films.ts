import { GraphQLScalarType, Kind } from 'graphql';
import { composeToFile, type FakeSubgraph, startFakeSubgraph, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@inaccessible"])';

/** Takes dates of the form 2026-11-27 only. */
const DateScalar = new GraphQLScalarType({
  name: 'Date',
  parseValue: readDate,
  parseLiteral: (node) => readDate(node.kind === Kind.STRING ? node.value : undefined),
});
function readDate(value: unknown): unknown {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) return value;
  throw new TypeError('A date is written as 2026-11-27.');
}

/** Returns its literals as they are written. */
const Long = new GraphQLScalarType({
  name: 'Long',
  parseValue: String,
  parseLiteral: (node) =>
    node.kind === Kind.INT || node.kind === Kind.FLOAT || node.kind === Kind.ENUM
      ? `${node.kind.replace('Value', '').toUpperCase()} ${node.value}`
      : node.kind,
});

type Item = { __typename: string; id: string; name?: string; title?: string };
const items: Item[] = [
  { __typename: 'Film', id: 'f1', title: 'Alien' },
  { __typename: 'Person', id: 'p1', name: 'Ada' },
  { __typename: 'Film', id: 'f2', title: 'Brazil' },
  { __typename: 'Person', id: 'p2', name: 'Eve' },
];

export type PeopleAndFilms = {
  readonly people: FakeSubgraph;
  readonly films: FakeSubgraph;
  readonly gateway: TestGateway;
  /** The body of the answer. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests
  ask(query: string, variables?: Record<string, unknown>): Promise<any>;
  stop(): Promise<void>;
};

/** Two subgraphs that know the same people and films, and a gateway over them. */
export async function startPeopleAndFilms(): Promise<PeopleAndFilms> {
  const people = await startFakeSubgraph(
    'people',
    `${link}
    scalar Date
    scalar Long
    union Item = Film | Person
    enum Mood { CALM ANGRY SECRET @inaccessible }
    type Query {
      me: Person  person(id: ID!): Person  items: [Item!]!  since(date: Date!): String!  maybeSince(date: Date!): String  echo(long: Long, by: String): String  film: Film
      mood(of: String): Mood!  unknownItem: Item  big: Long
    }
    type Mutation { rename(name: String!): Person }
    type Person @key(fields: "id") { id: ID! name: String! weight: Int mass: Long }
    type Film @key(fields: "id") { id: ID! }`,
    {
      Date: DateScalar,
      Long,
      Query: {
        me: () => ({ id: 'p1', name: 'Ada', weight: 50 }),
        person: (_: unknown, { id }: { id: string }) => ({ id, name: 'Ada', weight: 50 }),
        items: () => items,
        since: (_: unknown, { date }: { date: string }) => `since ${date}`,
        maybeSince: (_: unknown, { date }: { date: string }) => `since ${date}`,
        echo: (_: unknown, { long }: { long: unknown }) => String(long),
        film: () => ({ id: 'unknown' }),
        mood: (_: unknown, { of }: { of?: string }) => of ?? 'CALM',
        unknownItem: () => items[0],
        big: () => 1,
      },
      Mutation: { rename: (_: unknown, { name }: { name: string }) => ({ id: 'p1', name, weight: 50 }) },
    },
  );
  const films = await startFakeSubgraph(
    'films',
    `${link}
    scalar Date
    scalar Long
    type Query { pages(first: Int): Pages! }
    type Pages { total: Int! text: String }
    type Film @key(fields: "id") { id: ID! title: String! rating: Int }
    type Person @key(fields: "id") { id: ID! weight: Int @external mass: Long @external pull: String @requires(fields: "mass") shipping(to: String, extra: Boolean): String @requires(fields: "weight") failing: String arrives(date: Date!): String }`,
    {
      Date: DateScalar,
      Long,
      Query: { pages: () => ({ total: 3, text: 'three' }) },
      Film: {
        __resolveReference: ({ id }: { id: string }) => items.find((item) => item.id === id) ?? null,
        rating: () => {
          throw Object.assign(new Error('No rating.'), { extensions: { code: 'NOT_FOUND' } });
        },
      },
      Person: {
        shipping: ({ weight }: { weight?: number }, { to = 'home' }: { to?: string }) => `${weight} kg to ${to}`,
        pull: ({ mass }: { mass?: unknown }) => String(mass),
        arrives: (_: unknown, { date }: { date: string }) => `on ${date}`,
        failing: ({ id }: { id: string }) => {
          throw Object.assign(new Error(`Not for ${id}.`), { extensions: { code: 'FORBIDDEN' } });
        },
      },
    },
  );
  const gateway = await startTestGateway(composeToFile([people, films]), { SUBGRAPH_TIMEOUT_MS: '2000' });
  return {
    people,
    films,
    gateway,
    ask: async (query, variables) => (await gateway.post({ query, variables })).body,
    async stop() {
      await gateway.stop();
      await Promise.all([people.stop(), films.stop()]);
    },
  };
}
