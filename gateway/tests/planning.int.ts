import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
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

/** Tells its literals as they are written. */
const Long = new GraphQLScalarType({
  name: 'Long',
  parseValue: String,
  parseLiteral: (node) =>
    node.kind === Kind.INT || node.kind === Kind.ENUM ? `${node.kind.replace('Value', '').toUpperCase()} ${node.value}` : node.kind,
});

type Item = { __typename: string; id: string; name?: string; title?: string };
const items: Item[] = [
  { __typename: 'Film', id: 'f1', title: 'Alien' },
  { __typename: 'Person', id: 'p1', name: 'Ada' },
  { __typename: 'Film', id: 'f2', title: 'Brazil' },
  { __typename: 'Person', id: 'p2', name: 'Eve' },
];

let people: FakeSubgraph;
let films: FakeSubgraph;
let gateway: TestGateway;

beforeAll(async () => {
  people = await startFakeSubgraph(
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
    type Person @key(fields: "id") { id: ID! name: String! weight: Int }
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
  films = await startFakeSubgraph(
    'films',
    `${link}
    scalar Date
    type Query { pages(first: Int): Pages! }
    type Pages { total: Int! text: String }
    type Film @key(fields: "id") { id: ID! title: String! rating: Int }
    type Person @key(fields: "id") { id: ID! weight: Int @external shipping(to: String, extra: Boolean): String @requires(fields: "weight") failing: String arrives(date: Date!): String }`,
    {
      Date: DateScalar,
      Query: { pages: () => ({ total: 3, text: 'three' }) },
      Film: {
        __resolveReference: ({ id }: { id: string }) => items.find((item) => item.id === id) ?? null,
        rating: () => {
          throw Object.assign(new Error('No rating.'), { extensions: { code: 'NOT_FOUND' } });
        },
      },
      Person: {
        shipping: ({ weight }: { weight?: number }, { to = 'home' }: { to?: string }) => `${weight} kg to ${to}`,
        arrives: (_: unknown, { date }: { date: string }) => `on ${date}`,
        failing: ({ id }: { id: string }) => {
          throw Object.assign(new Error(`Not for ${id}.`), { extensions: { code: 'FORBIDDEN' } });
        },
      },
    },
  );
  gateway = await startTestGateway(composeToFile([people, films]), { SUBGRAPH_TIMEOUT_MS: '2000' });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([people.stop(), films.stop()]);
});
beforeEach(() => {
  people.behave('answer');
  films.behave('answer');
});

const ask = async (query: string, variables?: Record<string, unknown>) => (await gateway.post({ query, variables })).body;

describe('an alias that planning needs itself', () => {
  test.each([
    ['a key', '{ me { id: name shipping } }', { me: { id: 'Ada', shipping: '50 kg to home' } }],
    ['an input of @requires', '{ me { weight: name shipping } }', { me: { weight: 'Ada', shipping: '50 kg to home' } }],
    ['__typename', '{ me { __typename: name shipping } }', { me: { __typename: 'Ada', shipping: '50 kg to home' } }],
    [
      'the type of a union',
      '{ items { ... on Film { __typename: title } } }',
      { items: [{ __typename: 'Alien' }, {}, { __typename: 'Brazil' }, {}] },
    ],
    ['__proto__', '{ me { __proto__: name } }', JSON.parse('{"me":{"__proto__":"Ada"}}')],
    ['each other', '{ me { name: id id: name } }', { me: { name: 'p1', id: 'Ada' } }],
    ['a name that it might make up', '{ me { id_1: name id: name } }', { me: { id_1: 'Ada', id: 'Ada' } }],
  ])('is what the client asked for: %s', async (_, query, data) => {
    expect(await ask(query)).toEqual({ data });
  });

  test('is what the client asked for in a mutation', async () => {
    const { data } = await ask('mutation { id: rename(name: "Bob") { id: name weight: shipping(to: "work") shipping } }');

    expect(data).toEqual({ id: { id: 'Bob', weight: '50 kg to work', shipping: '50 kg to home' } });
  });

  test('leaves an operation without one as it was written', async () => {
    people.seen.length = 0;
    await ask('{ person(id: "p1") { first: name } }');

    expect(people.seen[0]?.query).toBe('{person(id:"p1"){first:name}}');
  });
});

describe('conditions', () => {
  test('that leave nothing of an object leave the object', async () => {
    const query = 'query($a: Boolean!, $b: Boolean!) { me { name } pages(first: 1) @include(if: $a) { total @skip(if: $b) } }';

    expect(await ask(query, { a: true, b: true })).toEqual({ data: { me: { name: 'Ada' }, pages: {} } });
    expect(await ask(query, { a: true, b: false })).toEqual({ data: { me: { name: 'Ada' }, pages: { total: 3 } } });
    expect(await ask(query, { a: false, b: false })).toEqual({ data: { me: { name: 'Ada' } } });
  });

  test.each([
    ['a fragment', 'query($v: Boolean!) { me { ...F @skip(if: $v) id } } fragment F on Person { name }', { v: true }, { me: { id: 'p1' } }],
    ['everything', 'query($v: Boolean = true) { me @skip(if: $v) { id } }', {}, {}],
    ['one of two equal fields', 'query($v: Boolean!) { me { name @skip(if: $v) name } }', { v: true }, { me: { name: 'Ada' } }],
    ['literals', '{ me { id @include(if: false) name @skip(if: false) } }', {}, { me: { name: 'Ada' } }],
  ])('are heeded at %s', async (_, query, variables, data) => {
    expect(await ask(query, variables)).toEqual({ data });
  });

  test('that are null are the client’s mistake', async () => {
    const { errors } = await ask('query($v: Boolean = true) { me @skip(if: $v) { id } }', { v: null });

    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('a null that the gateway has to make', () => {
  const internal = { code: 'INTERNAL', correlationId: expect.any(String) };

  test('has an error with a path: an entity that the other subgraph does not know', async () => {
    const { data, errors, extensions } = await ask('{ me { name } film { id title } }');

    expect(data).toEqual({ me: { name: 'Ada' }, film: null });
    expect(errors).toEqual([{ message: expect.any(String), path: ['film', 'title'], extensions: internal }]);
    expect(extensions).toBeUndefined();
  });

  test('has one for a value that the graph does not have', async () => {
    const { data, errors } = await ask('{ mood(of: "SECRET") }');

    expect(data).toBeNull();
    expect(errors).toEqual([{ message: expect.any(String), path: ['mood'], extensions: internal }]);
  });

  test('has one for a type that the graph does not have', async () => {
    people.behave({ status: 200, body: '{"data":{"unknownItem":{"__typename":"Planet"}}}' });
    const { data, errors } = await ask('{ unknownItem { ... on Film { id } } }');

    expect(data).toEqual({ unknownItem: null });
    expect(errors).toMatchObject([{ path: ['unknownItem'], extensions: { code: 'INTERNAL' } }]);
  });

  test('has none of its own where a subgraph said why', async () => {
    films.behave('drop');
    const { data, errors } = await ask('{ items { ... on Film { title } } }');

    expect(data).toBeNull();
    expect(errors.map(({ path, extensions }: { path: unknown; extensions: { code: string } }) => [path, extensions.code])).toEqual([
      [['items', 0, 'title'], 'UNAVAILABLE'],
      [['items', 2, 'title'], 'UNAVAILABLE'],
    ]);
  });
});

test('a variable may be called representations', async () => {
  const query =
    'query($representations: String, $representations_: Boolean) { me { shipping(to: $representations, extra: $representations_) } }';

  expect(await ask(query, { representations: 'the moon' })).toEqual({ data: { me: { shipping: '50 kg to the moon' } } });
});

describe('an error of a subgraph', () => {
  test('has the client’s path in a list of several types', async () => {
    const { data, errors } = await ask('{ things: items { ... on Person { name: failing } ... on Film { key: id } } }');

    expect(data.things).toEqual([{ key: 'f1' }, { name: null }, { key: 'f2' }, { name: null }]);
    expect(errors).toEqual([
      { message: 'Not for p1.', path: ['things', 1, 'name'], extensions: { code: 'FORBIDDEN' } },
      { message: 'Not for p2.', path: ['things', 3, 'name'], extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  test.each([
    ['a path of the subgraph’s', { message: 'No.', path: ['_entities'], extensions: { code: 'FORBIDDEN' } }],
    ['no path', { message: 'No.', extensions: { code: 'FORBIDDEN' } }],
  ])('has the client’s path when all entities failed, with %s', async (_, error) => {
    films.behave({ status: 200, body: JSON.stringify({ data: null, errors: [error] }) });
    const { data, errors } = await ask('{ items { ... on Person { f: failing } ... on Film { r: rating } } }');

    expect(data.items).toEqual([{ r: null }, { f: null }, { r: null }, { f: null }]);
    expect(errors.map(({ path }: { path: unknown }) => path)).toEqual([
      ['items', 0, 'r'],
      ['items', 1, 'f'],
      ['items', 2, 'r'],
      ['items', 3, 'f'],
    ]);
  });

  test('about what the client did not ask for is told of the object', async () => {
    people.behave({
      status: 200,
      body: '{"data":{"me":{"__typename":"Person","id":"p1","weight":null}},"errors":[{"message":"No.","path":["me","weight"],"extensions":{"code":"FORBIDDEN"}}]}',
    });
    const { data, errors } = await ask('{ me { shipping } }');

    expect(data).toEqual({ me: { shipping: 'null kg to home' } });
    expect(errors).toEqual([{ message: 'No.', path: ['me'], extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('a value that only a subgraph can judge', () => {
  const sentence = expect.stringContaining('A date is written as 2026-11-27.');

  test.each([
    ['as a variable', 'query($date: Date!) { me { name } wrong: since(date: $date) }', { date: 'tomorrow' }],
    ['in the text', '{ me { name } wrong: since(date: "tomorrow") }', {}],
  ])('is refused with its sentence: %s', async (_, query, variables) => {
    const { data, errors } = await ask(query, variables);

    expect(data).toBeNull();
    expect(errors).toEqual([{ message: sentence, path: ['wrong'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('takes nothing else with it', async () => {
    const query = 'query($id: ID!, $date: Date!) { person(id: $id) { name } maybeSince(date: $date) film { id } }';
    const { data, errors } = await ask(query, { id: 'p1', date: 'tomorrow' });

    expect(data).toEqual({ person: { name: 'Ada' }, maybeSince: null, film: { id: 'unknown' } });
    expect(errors).toEqual([{ message: sentence, path: ['maybeSince'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.each([
    [
      'as a variable',
      'query($date: Date!) { items { ... on Person { name shipping wrong: arrives(date: $date) } } }',
      { date: 'tomorrow' },
      {},
    ],
    [
      'in the text',
      '{ items { ... on Person { name shipping wrong: arrives(date: "tomorrow") right: arrives(date: "2026-11-27") } } }',
      {},
      { right: 'on 2026-11-27' },
    ],
  ])('takes nothing else of an entity with it: %s', async (_, query, variables, others) => {
    const { data, errors } = await ask(query, variables);

    const of = (name: string) => ({ name, shipping: 'null kg to home', wrong: null, ...others });
    expect(data).toEqual({ items: [{}, of('Ada'), {}, of('Eve')] });
    expect(errors).toEqual(
      [1, 3].map((index) => ({ message: sentence, path: ['items', index, 'wrong'], extensions: { code: 'BAD_USER_INPUT' } })),
    );
  });
});

describe('a literal of a custom scalar', () => {
  test.each([
    ['9007199254740993', 'INT 9007199254740993'],
    ['-123456789012345678901234567890', 'INT -123456789012345678901234567890'],
    ['RED', 'ENUM RED'],
    ['1', 'INT 1'],
  ])('arrives as it was written: %s', async (literal, echo) => {
    expect(await ask(`{ echo(long: ${literal}) }`)).toEqual({ data: { echo } });
    expect(await ask(`query($v: Long = ${literal}) { echo(long: $v) again: echo(long: ${literal}) }`)).toEqual({
      data: { echo, again: echo },
    });
  });

  test.each([
    ['Long', '9007199254740993', '9007199254740993'],
    ['Long', '{"a":[-9007199254740993]}', '{"a":[-9007199254740993]}'],
    ['ID', '9007199254740993', '"9007199254740993"'],
  ])('arrives as it was written in JSON: %s %s', async (type, json, sent) => {
    const query = type === 'ID' ? 'query($v: ID!) { person(id: $v) { id } }' : 'query($v: Long) { echo(long: $v) }';
    const headers = { 'content-type': 'application/json', 'apollo-require-preflight': 'true' };
    const parameters = new URLSearchParams({ query, variables: `{"v":${json}}` });
    people.seen.length = 0;
    await gateway.post(`{"query":${JSON.stringify(query)},"variables":{"v":${json}}}`);
    await fetch(`${gateway.url}?${parameters}`, { headers });

    expect(people.seen.map(({ body }) => body)).toEqual(Array(2).fill(expect.stringContaining(`"variables":{"v":${sent}}`)));
  });

  test('and an answer beyond a double comes back as it was given', async () => {
    people.behave({ status: 200, body: '{"data":{"big":9007199254740993}}' });
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ big }' }),
    });

    expect(await response.text()).toContain('{"big":9007199254740993}');
  });
});
