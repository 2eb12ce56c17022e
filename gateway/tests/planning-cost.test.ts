import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, getOperationAST, parse } from 'graphql';
import { createAssertAffordable } from '../pipeline/limit/affordable.ts';
import { fragmentsOf } from '../pipeline/limit/field-collection.ts';
import { introspectionOf, sizesOf } from '../pipeline/limit/introspection-cost.ts';
import { fetchesOf, readFieldOwners } from '../pipeline/limit/planning-cost.ts';
import { createQueryPlanner } from '../supergraph/planning/schema-tasks.ts';
import { readSupergraph } from './supergraph-text.ts';

const sdl = readSupergraph();
const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
const owners = readFieldOwners({ sdl });
const sizes = sizesOf(schema);

function read(text: string) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('There is no operation.');
  return { document, operation, fragments: fragmentsOf(document), request: { query: text } };
}

const everything = 'id lines { product { name price { amount } } } customer { username } payment { status } mails { kind }';
const orders = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `o${index}: order(id: "${index}") { ...All }`).join(' ')} } fragment All on Order { ${everything} }`;

describe('the fetches of an operation', () => {
  const plan = createQueryPlanner(sdl);

  test.each([
    ['of one subgraph', '{ products(first: 1) { edges { node { name category { name } } } } }'],
    ['of two', '{ me { username orders(first: 1) { totalCount } } }'],
    ['of every subgraph, five times', orders(5)],
    [
      'by fragments and under aliases',
      '{ a: order(id: "1") { ...F } b: order(id: "2") { ...F } } fragment F on Order { ... on Order { payment { status } } }',
    ],
  ])('%s are about those of its plan', (_, text) => {
    const { operation, fragments } = read(text);

    const fetches = fetchesOf(schema, owners, operation, fragments);

    const planned = plan(text).match(/"kind":"Fetch"/g)?.length ?? 0;
    expect(Math.abs(fetches - planned)).toBeLessThanOrEqual(1);
  });
});

describe('what is affordable', () => {
  const assertAffordable = createAssertAffordable({
    supergraph: { current: () => ({ apiSchema: schema, sdl }), onChange: () => () => undefined },
    limits: { maxOperations: 50, maxDepth: 12, maxAliases: 100, maxRootFields: 100, maxDirectives: 30, maxCost: 10_000 },
    maxCost: 10_000,
    maxIntrospection: 100_000,
  });
  const problemOf = (text: string): string | null => {
    try {
      assertAffordable(read(text));
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  test('is not a hundred orders with everything about them, though they are few objects', () => {
    expect(problemOf(orders(5))).toBeNull();
    expect(problemOf(orders(100))).toMatch(/ by 401 fetches, which costs \d+; the limit is 10000/);
  });

  test('is the introspection of tools', () => {
    expect(problemOf(getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true }))).toBeNull();
  });

  test('is not the whole schema under every alias', () => {
    const types = Array.from(
      { length: 30 },
      (_, index) => `t${index}: types { name fields { name description args { name type { name } } type { name kind } } }`,
    ).join(' ');

    expect(problemOf(`{ __schema { ${types} } }`)).toMatch(/values of the schema; the limit is 100000/);
    expect(problemOf('{ a: __schema { types { name } } b: __schema { types { name } } }')).toMatch(/more than once/);
  });
});

test('the values of the schema are estimated by what there is of them', () => {
  const { operation, fragments } = read('{ __schema { types { name } } __type(name: "Order") { name } }');

  expect(introspectionOf(sizes, operation, fragments)).toEqual({ values: 1 + Object.keys(schema.getTypeMap()).length * 2 + 2, wholes: 1 });
});
