import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type PeopleAndFilms, startPeopleAndFilms } from './people-and-films.ts';

let graph: PeopleAndFilms;
beforeAll(async () => {
  graph = await startPeopleAndFilms();
});
afterAll(() => graph.stop());
beforeEach(() => {
  graph.people.behave('answer');
  graph.films.behave('answer');
  graph.people.seen.length = 0;
});

const ask: PeopleAndFilms['ask'] = (...asked) => graph.ask(...asked);

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
    await ask('{ person(id: "p1") { first: name } }');

    expect(graph.people.seen[0]?.query).toBe('{person(id:"p1"){first:name}}');
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
  const internal = { code: 'INTERNAL', traceId: expect.any(String) };

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
    graph.people.behave({ status: 200, body: '{"data":{"unknownItem":{"__typename":"Planet"}}}' });
    const { data, errors } = await ask('{ unknownItem { ... on Film { id } } }');

    expect(data).toEqual({ unknownItem: null });
    expect(errors).toMatchObject([{ path: ['unknownItem'], extensions: { code: 'INTERNAL' } }]);
  });

  test('has no error of its own where a subgraph gave one', async () => {
    graph.films.behave('drop');
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
    graph.films.behave({ status: 200, body: JSON.stringify({ data: null, errors: [error] }) });
    const { data, errors } = await ask('{ items { ... on Person { f: failing } ... on Film { r: rating } } }');

    expect(data.items).toEqual([{ r: null }, { f: null }, { r: null }, { f: null }]);
    expect(errors.map(({ path }: { path: unknown }) => path)).toEqual([
      ['items', 0, 'r'],
      ['items', 1, 'f'],
      ['items', 2, 'r'],
      ['items', 3, 'f'],
    ]);
  });

  test('about a field that the client did not select is reported for the object', async () => {
    graph.people.behave({
      status: 200,
      body: '{"data":{"me":{"__typename":"Person","id":"p1","weight":null}},"errors":[{"message":"No.","path":["me","weight"],"extensions":{"code":"FORBIDDEN"}}]}',
    });
    const { data, errors } = await ask('{ me { shipping } }');

    expect(data).toEqual({ me: { shipping: 'null kg to home' } });
    expect(errors).toEqual([{ message: 'No.', path: ['me'], extensions: { code: 'FORBIDDEN' } }]);
  });
});
