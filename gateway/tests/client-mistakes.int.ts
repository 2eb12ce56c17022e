import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { type Answer, composeToFile, startFakeSubgraph, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  scalar Any
  enum Colour { RED GREEN }
  input Filter { first: Int! = 3  name: String  colour: Colour  inner: Filter  many: [Int!] }
  type Query {
    scale(by: Float, of: Int, id: ID, any: Any, flag: Boolean! = true, filter: Filter, colour: Colour, old: Int @deprecated(reason: "by")): String
    self: Query
  }
  type Mutation { scale(by: Float): String }`;

let gateway: TestGateway;
let stop: () => Promise<void>;

beforeAll(async () => {
  const scale = await startFakeSubgraph('scale', sdl, { Query: { scale: () => 'done' }, Mutation: { scale: () => 'done' } });
  gateway = await startTestGateway(composeToFile([scale]));
  stop = scale.stop;
});
beforeEach(() => {
  gateway.logs.splice(0);
});
afterAll(async () => {
  await gateway.stop();
  await stop();
});

const post = (query: string, variables: string): Promise<Answer> =>
  gateway.post(`{"query":${JSON.stringify(query)},"variables":${variables}}`);
const errorsLogged = () => gateway.logs.filter(({ level }) => Number(level) >= 50);

function expectMistake({ status, body }: Answer, message: RegExp): void {
  expect([status, body.data]).toEqual([400, undefined]);
  expect(body.errors[0].message).toMatch(message);
  expect(body.errors[0].extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED|GRAPHQL_PARSE_FAILED|BAD_REQUEST)$/);
  expect(errorsLogged()).toEqual([]);
}

describe('a mistake of the client is answered with a 4xx and a sentence, and is no error of ours', () => {
  const huge = `1${'0'.repeat(400)}`;
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

  test.each([
    [
      'null for a condition whose variable has a default',
      'query ($a: Boolean = false) { scale @include(if: $a) }',
      '{"a":null}',
      /\$a.*null/,
    ],
    [
      'null for @skip in a fragment',
      'query ($a: Boolean = false) { ...F } fragment F on Query { scale @skip(if: $a) }',
      '{"a":null}',
      /\$a.*null/,
    ],
    ['null for an argument that has a default', 'query ($a: Boolean = true) { scale(flag: $a) }', '{"a":null}', /\$a.*null/],
    ['null for a field of an input', 'query ($a: Int = 1) { scale(filter: { first: $a }) }', '{"a":null}', /\$a.*null/],
    ['a number as literal that is none', '{ scale(by: 1e400) }', '{}', /too large: 1e400/],
    ['a negative one', '{ scale(by: -1e400) }', '{}', /too large/],
    ['an integer as literal that no Float can be', `{ scale(by: ${huge}) }`, '{}', /too large/],
    ['a number in a default that is none', 'query ($a: Float = 1e400) { scale(by: $a) }', '{}', /too large/],
    ['a number in a field that the input does not have', '{ scale(filter: { other: [1e400] }) }', '{}', /"other" is not defined/],
    ['a number for an argument that is none', '{ scale(other: { a: 1e400 }) }', '{}', /Unknown argument/],
    ['a number for an argument of a directive that is none', '{ scale @skip(if: true, other: { a: 1e400 }) }', '{}', /Unknown argument/],
    ['a number in the default of a type that is none', 'query ($a: Nothing = { a: 1e400 }) { scale(of: $a) }', '{}', /Unknown type/],
    ['a number in an object where there is none', '{ scale(by: { a: 1e400 }) }', '{}', /Float cannot represent/],
    ['a number deep in an input', '{ scale(filter: { inner: { many: [1e400] } }) }', '{}', /too large|Int cannot/],
    ['a number as variable that is none', 'query ($a: Float) { scale(by: $a) }', '{"a":1e400}', /too large/],
    ['a value without end', 'query ($a: Any) { scale(any: $a) }', `{"a":${deep}}`, /nested deeper|not JSON/],
    ['an Int that is none', 'query ($a: Int) { scale(of: $a) }', '{"a":2147483648}', /Int cannot represent/],
    ['a variable of a type that is none', 'query ($a: Nothing) { scale(of: $a) }', '{}', /Unknown type/],
    ['a field that the input does not have', 'query ($a: Filter) { scale(filter: $a) }', '{"a":{"__proto__":{"first":1}}}', /__proto__/],
    ['one that every object has', 'query ($a: Filter) { scale(filter: $a) }', '{"a":{"constructor":1}}', /constructor/],
    ['a value that the enum does not have', 'query ($a: Colour) { scale(colour: $a) }', '{"a":"toString"}', /does not exist in "Colour"/],
    ['a list for one', 'query ($a: ID) { scale(id: $a) }', '{"a":["1"]}', /ID cannot represent/],
    ['a variable that is missing', 'query ($constructor: Int!) { scale(of: $constructor) }', '{}', /constructor/],
  ])('%s', async (_what, query, variables, message) => {
    expectMistake(await post(query, variables), message);
  });

  test.each([
    [
      'a variable that is absent is not what every object has of its name',
      'query ($toString: Filter, $valueOf: Int) { scale(filter: $toString, of: $valueOf) }',
      '{}',
    ],
    ['a number in a literal of a scalar of the graph’s own', '{ scale(any: { b: [-1e999] }) }', '{}'],
    ['a number in a variable of a scalar of the graph’s own', 'query ($a: Any) { scale(any: $a) }', '{"a":{"b":[-1e999]}}'],
    ['null where it may be', 'query ($a: Int = 1) { scale(of: $a) }', '{"a":null}'],
    ['an absent variable, whose default holds', 'query ($a: Boolean = true) { scale(flag: $a) @include(if: $a) }', '{}'],
    ['an absent variable without a default, where the argument has one', 'query ($a: Boolean) { scale(flag: $a) }', '{}'],
  ])('%s', async (_what, query, variables) => {
    expect(await post(query, variables)).toMatchObject({ status: 200, body: { data: { scale: 'done' } } });
  });
});

describe('introspection', () => {
  test('knows the language of today: one-of inputs, deprecated arguments, how often a directive may stand', async () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });

    const { status, body } = await gateway.post({ query });

    expect(status).toBe(200);
    const { types } = (body.data as IntrospectionQuery).__schema;
    const root = types.find(({ name }) => name === 'Query');
    const args = root?.kind === 'OBJECT' ? root.fields.find(({ name }) => name === 'scale')?.args : [];
    expect(args?.find(({ name }) => name === 'old')).toMatchObject({ isDeprecated: true, deprecationReason: 'by' });
    expect(types.find(({ name }) => name === 'Filter')).toMatchObject({ isOneOf: false });
  });

  test('takes its arguments from variables, and its fields from fragments', async () => {
    const query = `query ($name: String!, $old: Boolean = false) { ...A } fragment A on Query { t: __type(name: $name) { ...T } }
      fragment T on __Type { isOneOf fields { name args(includeDeprecated: $old) { name } } }`;

    const counts = await Promise.all(
      [true, false].map(
        async (old) => (await gateway.post({ query, variables: { name: 'Query', old } })).body.data.t.fields[0].args.length,
      ),
    );

    expect(counts).toEqual([8, 7]);
  });

  test('goes together with other fields, in the order in which they are asked for', async () => {
    const query = `query Q($is: Boolean!) { a: scale ...S b: __typename ... @include(if: $is) { c: scale __schema { queryType { name } } } ...S }
      fragment S on Query { __type(name: "Filter") { isOneOf } d: scale ...N } fragment N on Query { e: scale }`;
    const ask = async (is: boolean) => JSON.stringify((await gateway.post({ query, variables: { is } })).body);

    const [filter, rest] = ['"__type":{"isOneOf":false}', '"c":"done","__schema":{"queryType":{"name":"Query"}}'];
    expect(await ask(true)).toBe(`{"data":{"a":"done",${filter},"d":"done","e":"done","b":"Query",${rest}}}`);
    expect(await ask(false)).toBe(`{"data":{"a":"done",${filter},"d":"done","e":"done","b":"Query"}}`);
  });

  test('has a plan like any other operation: of what is left for subgraphs', async () => {
    const plan = async (query: string) =>
      (
        await fetch(`${gateway.url}/plan`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        })
      ).json();

    expect(await plan('{ __type(name: "Filter") { isOneOf } }')).toEqual({ plan: null });
    expect(await plan('query ($by: Float!) { scale(by: $by) }')).toMatchObject({ plan: { kind: expect.any(String) } });
    expect(await plan('{ scale __type(name: "Filter") { isOneOf } }')).toMatchObject({ plan: { kind: expect.any(String) } });
  });

  test('cannot be made large by fragments', async () => {
    const fragments = Array.from({ length: 200 }, (_, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`).join(
      ' ',
    );

    const { status, body } = await gateway.post({ query: `{ ...F0 } ${fragments} fragment F200 on Query { scale __typename }` });

    expect([status, body.errors[0].extensions.code]).toEqual([400, 'OPERATION_TOO_LARGE']);
  });
});
