import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { composeToFile, startFakeSubgraph, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  enum Colour { RED GREEN }
  input Filter { name: String! colour: Colour many: [Int!] }
  type Query { find(filter: Filter, of: Int): String }`;
/** What a guest may send, nearly. */
const long = 'a'.repeat(30_000);

let gateway: TestGateway;
let stop: () => Promise<void>;

beforeAll(async () => {
  const found = await startFakeSubgraph('found', sdl, { Query: { find: () => 'found' } });
  gateway = await startTestGateway(composeToFile([found]));
  stop = found.stop;
});
beforeEach(() => {
  gateway.logs.splice(0);
});
afterAll(async () => {
  await gateway.stop();
  await stop();
});

const byFilter = 'query ($filter: Filter) { find(filter: $filter) }';

test.each([
  ['an operation', { query: `query ${long} { find }` }],
  ['the operation that is asked for', { query: '{ find }', operationName: long }],
  ['an alias', { query: `{ ${long}: find }` }],
  ['a field', { query: `{ ${long} }` }],
  ['an argument', { query: `{ find(${long}: 1) }` }],
  ['a directive', { query: `{ find @${long} }` }],
  ['a type', { query: `query ($a: ${long}) { find(of: $a) }` }],
  ['a variable', { query: `query ($${long}: Int) { find(of: $${long}) }`, variables: { [long]: 'none' } }],
  ['an enum’s value', { query: `{ find(filter: { colour: ${long} }) }` }],
  ['an enum’s value in a variable', { query: byFilter, variables: { filter: { name: 'a', colour: long } } }],
  ['a field of an input', { query: byFilter, variables: { filter: { name: 'a', [long]: 1 } } }],
  ['a field of an input with blanks', { query: byFilter, variables: { filter: { name: 'a', [long.replaceAll('aaa', 'aa ')]: 1 } } }],
  ['a number', { query: `{ find(of: ${'1'.repeat(30_000)}) }` }],
  ['a text that does not end', { query: `{ find(of: "${long}) }` }],
])('the name of %s may be long, and is not repeated', async (_what, request) => {
  const { status, body } = await gateway.post(request);

  expect(status).toBe(400);
  expect(JSON.stringify(body).length).toBeLessThan(3000);
  expect(JSON.stringify(gateway.logs).length).toBeLessThan(20_000);
});

test('an address without anything is not repeated whole', async () => {
  const response = await fetch(gateway.url.replace('/graphql', `/${long.slice(0, 15_000)}`));

  expect(response.status).toBe(404);
  expect((await response.text()).length).toBeLessThan(3000);
});

test('mistakes in variables are counted up to twenty, and none repeats the object that it is in', async () => {
  const fields = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`nam${index}`, 'hunter2'.repeat(10)]));

  const { status, body } = await gateway.post({ query: byFilter, variables: { filter: { name: 'a', ...fields, many: [null] } } });

  expect([status, body.errors.length]).toEqual([400, 20]);
  expect(JSON.stringify(body)).not.toContain('hunter2');
  expect(body.errors[0].message).toBe(
    'Variable "$filter" got invalid value at "filter.many[0]"; Expected non-nullable type "Int!" not to be null.',
  );
  expect(body.errors[1].message).toBe(
    'Variable "$filter" got invalid value; Field "nam0" is not defined by type "Filter". Did you mean "name"?',
  );
});
