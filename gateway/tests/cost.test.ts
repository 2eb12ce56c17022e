import { describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { costOf } from '../protection/cost.ts';

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
});
