import { describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { costOf } from '../pipeline/limit/cost.ts';

const schema = buildSchema(`
  type Query { me: User  orders(first: Int = 20): OrderConnection!  tags: [Tag!]!  node: Node }
  type Mutation { buy: Order }
  type User { id: ID! orders(first: Int = 20): OrderConnection! }
  type OrderConnection { edges: [OrderEdge!]! totalCount: Int! }
  type OrderEdge { node: Order! cursor: String! }
  type Order { id: ID! lines: [Line!]! customer: User }
  type Line { quantity: Int! }
  type Tag { name: String! }
  union Node = User | Order
`);

function cost(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return costOf(schema, document, operation, variables);
}

describe('the cost of an operation', () => {
  test('counts objects, not their values', () => {
    expect(cost('{ me { id } }')).toBe(1);
  });

  test('takes the size of a page from its argument', () => {
    expect(cost('{ orders(first: 7) { edges { cursor } } }')).toBe(1 + 7);
    expect(cost('query Q($n: Int) { orders(first: $n) { edges { cursor } } }', { n: 50 })).toBe(1 + 50);
    expect(cost('query Q($n: Int = 9) { orders(first: $n) { edges { cursor } } }')).toBe(1 + 9);
    expect(cost('{ orders { edges { cursor } } }')).toBe(1 + 20);
  });

  test('multiplies what is nested', () => {
    expect(cost('{ orders(first: 100) { edges { node { lines { quantity } } } } }')).toBe(1 + 100 * (1 + 1 + 10));
  });

  test('grows beyond any limit with pages in pages', () => {
    const pages = '{ me { orders(first: 100) { edges { node { customer { orders(first: 100) { edges { node { id } } } } } } } } }';

    expect(cost(pages)).toBeGreaterThan(10_000);
  });

  test('takes an unreasonable size for a large one, and a negative one for none', () => {
    expect(cost('query Q($n: Int) { orders(first: $n) { edges { cursor } } }', { n: 1e9 })).toBe(1 + 10_000);
    expect(cost('{ orders(first: -5) { edges { cursor } } }')).toBe(1);
  });

  test('looks into fragments and unions', () => {
    expect(cost('{ node { ... on Order { lines { quantity } } ...F } } fragment F on User { orders(first: 2) { edges { cursor } } }')).toBe(
      1 + 10 + 3,
    );
  });

  test('charges mutations', () => {
    expect(cost('mutation { buy { id } }')).toBe(11);
  });

  test('lets introspection pass', () => {
    expect(cost('{ __schema { types { name fields { name } } } }')).toBe(0);
  });

  test('counts what merges once, however often it is written or spread', () => {
    const fragments = Array.from({ length: 8 }, (_, index) => `fragment F${index} on Query { orders(first: 7) { edges { node { id } } } }`);
    const spreads = fragments.map((_, index) => `...F${index}`).join(' ');

    expect(cost(`{ ${spreads} } ${fragments.join(' ')}`)).toBe(1 + 7 * 2);
    expect(cost('{ me { id } me { orders { totalCount } } ... { me { orders { edges { cursor } } } } }')).toBe(1 + 1 + 20);
    expect(cost('{ a: me { id } b: me { id } }')).toBe(2);
    expect(cost('mutation { buy { id } buy { customer { id } } }')).toBe(10 + 1 + 1);
  });

  test('takes for different types under one key the larger', () => {
    const document = '{ node { ... on User { x: orders(first: 3) { edges { cursor } } } ... on Order { x: lines { quantity } } } }';

    expect(cost(document)).toBeGreaterThanOrEqual(1 + 10);
    expect(cost('{ node { ... on User { orders(first: 3) { edges { cursor } } } ... on Order { lines { quantity } } } }')).toBe(1 + 4 + 10);
  });

  test('counts nothing that is skipped', () => {
    expect(cost('{ me { id } orders @skip(if: true) { totalCount } }')).toBe(1);
    expect(cost('query ($a: Boolean = false) { orders @include(if: $a) { totalCount } }')).toBe(0);
    expect(cost('query ($a: Boolean = false) { ... @include(if: $a) { orders { totalCount } } }', { a: true })).toBe(1);
  });

  test('does not grow with every level of equal fields', () => {
    const nested = (depth: number): string =>
      depth === 0 ? 'id' : `customer { orders { edges { node { ${nested(depth - 1)} } } } }`.repeat(2);

    expect(cost(`{ me { orders { edges { node { ${nested(6)} } } } } }`)).toBeGreaterThan(10_000);
  });
});
