import { expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { answeredPaths, brokenPaths, shapeOf, successPaths } from './snapshots.ts';

const schema = buildSchema(`
  type Query { buy: BuyResult! }
  union BuyResult = BuySuccess | Rejected
  type BuySuccess { order: Order }
  type Order { id: ID! tags: [String!] }
  type Rejected { message: String! }
`);
const shape = shapeOf(parse('{ buy { ... on BuySuccess { order { number: id tags } } ... on Rejected { message } } }'), schema);

test('a shape holds the type of each field that the client reads, by the name the client gives it', () => {
  expect(shape).toEqual({
    buy: 'BuyResult!',
    'buy{BuySuccess}.order': 'Order',
    'buy{BuySuccess}.order.number': 'ID!',
    'buy{BuySuccess}.order.tags': '[String!]',
    'buy{Rejected}.message': 'String!',
  });
  expect(successPaths(shape)).not.toContain('buy{Rejected}.message');
});

test('what a named fragment holds counts where the fragment is used, fragments in fragments too', () => {
  const named = parse(`
    { buy { ... on BuySuccess { order { ...Whole } } ... on Rejected { message } } }
    fragment Whole on Order { number: id ...Tags }
    fragment Tags on Order { tags }
  `);

  expect(shapeOf(named, schema)).toEqual(shape);
});

test('an answer has the paths where something is', () => {
  expect([...answeredPaths({ buy: { order: { number: '1', tags: [] } } })]).toEqual([
    'buy',
    'buy.order',
    'buy.order.number',
    'buy.order.tags',
  ]);
  expect([...answeredPaths({ buy: { order: null } })]).toEqual(['buy']);
});

test.each([
  ['Order', 'Order!', []],
  ['Order!', 'Order!', []],
  ['[String!]', '[String!]!', []],
  ['Order!', 'Order', ['buy: Order! is Order']],
  ['[String!]!', '[String]!', ['buy: [String!]! is [String]!']],
  ['Order', 'Person', ['buy: Order is Person']],
  ['Order', undefined, ['buy: Order is gone']],
])('for who expects %s, %s is %j', (recorded, today, broken) => {
  expect(brokenPaths({ buy: recorded }, today === undefined ? {} : { buy: today })).toEqual(broken);
});
