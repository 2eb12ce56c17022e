import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { stripIgnoredCharacters } from 'graphql';
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

describe('an answer that is none', () => {
  const failed = (path: unknown) => ({ path, extensions: { code: expect.stringMatching(/^(INTERNAL|UNAVAILABLE)$/) } });

  test.each([
    ['no entities', '{"data":{"_entities":null}}'],
    ['fewer entities', '{"data":{"_entities":[]}}'],
    ['more entities', '{"data":{"_entities":[{"shipping":"x"},{"shipping":"y"}]}}'],
    ['one entity that is no object', '{"data":{"_entities":["x"]}}'],
    ['something else', '{"data":{"other":1}}'],
    ['nothing, without a reason', '{"data":null}'],
    ['bytes that are not UTF-8', Buffer.from('{"data":{"_entities":[{"shipping":"\xe9"}]}}', 'latin1')],
  ])('has an error at the field that is missing: %s', async (_, body) => {
    graph.films.behave({ status: 200, body });
    const { data, errors } = await ask('{ me { name shipping } }');

    expect(data).toEqual({ me: { name: 'Ada', shipping: null } });
    expect(errors).toMatchObject([failed(['me', 'shipping'])]);
  });

  test('has no path where its own leads to nothing that was asked for', async () => {
    graph.people.behave({
      status: 200,
      body: '{"data":{"me":{"name":"Ada"}},"errors":[{"message":"No.","path":["other"],"extensions":{"code":"FORBIDDEN"}}]}',
    });

    expect((await ask('{ me { name } }')).errors).toEqual([{ message: 'No.', extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('a value that only a subgraph can validate', () => {
  const sentence = expect.stringContaining('A date is written as 2026-11-27.');

  test.each([
    ['as a variable', 'query($date: Date!) { me { name } wrong: since(date: $date) }', { date: 'tomorrow' }],
    ['in the text', '{ me { name } wrong: since(date: "tomorrow") }', {}],
  ])('is rejected with its sentence: %s', async (_, query, variables) => {
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
    ['1e400', 'FLOAT 1e400'],
    ['-1.5e-400', 'FLOAT -1.5e-400'],
  ])('arrives as it was written: %s', async (literal, echo) => {
    expect(await ask(`{ echo(long: ${literal}) }`)).toEqual({ data: { echo } });
    expect(await ask(`query($v: Long = ${literal}) { echo(long: $v) again: echo(long: ${literal}) }`)).toEqual({
      data: { echo, again: echo },
    });
  });

  test.each([
    ['{a:1e400}'],
    ['{a:[-1e400,{b:1e-400,c:9007199254740993}],d:RED}'],
    ['[[1e400],{a:{a:-1.5E+999}}]'],
    ['{a:$v,b:[1e400,$v]}'],
  ])('arrives as it was written in an object: %s', async (literal) => {
    const query = `query($v: Long = {a: 1e400}) { echo(long: ${literal}) again: echo(long: $v) }`;
    await ask(query);

    expect(graph.people.seen.map((seen) => seen.query)).toEqual([stripIgnoredCharacters(query)]);
  });

  test.each([
    ['Long', '9007199254740993', '9007199254740993'],
    ['Long', '{"a":[-9007199254740993]}', '{"a":[-9007199254740993]}'],
    ['Long', '{"a":[-1e999,1e-400]}', '{"a":[-1e999,1e-400]}'],
    ['ID', '9007199254740993', '"9007199254740993"'],
  ])('arrives as it was written in JSON: %s %s', async (type, json, sent) => {
    const query = type === 'ID' ? 'query($v: ID!) { person(id: $v) { id } }' : 'query($v: Long) { echo(long: $v) }';
    const headers = { 'content-type': 'application/json', 'apollo-require-preflight': 'true' };
    const parameters = new URLSearchParams({ query, variables: `{"v":${json}}` });
    await graph.gateway.post(`{"query":${JSON.stringify(query)},"variables":{"v":${json}}}`);
    await fetch(`${graph.gateway.url}?${parameters}`, { headers });

    expect(graph.people.seen.map(({ body }) => body)).toEqual(Array(2).fill(expect.stringContaining(`"variables":{"v":${sent}}`)));
  });

  const textOf = async (query: string) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(graph.gateway.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return (await response.text()).trim();
  };

  test.each([['9007199254740993'], ['1e400'], ['-1E400'], ['[1e400]'], ['1e-400'], ['{"a":[0.5,{"b":[1e-400,1e+999]}]}']])(
    'and an answer beyond a double comes back as it was given: %s',
    async (json) => {
      graph.people.behave({ status: 200, body: `{"data":{"big":${json}}}` });

      expect(await textOf('{ big }')).toBe(`{"data":{"big":${json}}}`);
    },
  );

  test.each([['1e400'], ['1e-400'], ['9007199254740993'], ['[1e400]']])('is handed on to a subgraph that requires it: %s', async (json) => {
    graph.people.behave({ status: 200, body: `{"data":{"me":{"__typename":"Person","id":"p1","mass":${json}}}}` });
    await textOf('{ me { pull } }');

    expect(graph.films.seen.at(-1)?.body).toContain(`"mass":${json}}`);
  });

  test.each([
    ['9007199254740993', '{"data":{"echo":"9007199254740993"}}'],
    ['-123456789012345678901234567890', '{"data":{"echo":"-123456789012345678901234567890"}}'],
    ['1e400', '{"data":{"echo":"1e400"}}'],
  ])('as a text keeps its digits: %s', async (json, answer) => {
    graph.people.behave({ status: 200, body: `{"data":{"echo":${json}}}` });

    expect(await textOf('{ echo }')).toBe(answer);
  });

  test('is no ID, and no Int, when it is none', async () => {
    graph.people.behave({ status: 200, body: '{"data":{"me":{"id":1e400,"weight":1e400}}}' });

    const { data, errors } = JSON.parse(await textOf('{ me { id weight } }'));
    expect({ data, places: errors.map(({ path }: { path: unknown }) => path) }).toEqual({
      data: { me: null },
      places: [['me', 'id']],
    });
  });
});
