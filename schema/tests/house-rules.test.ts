import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { checkGraph } from '../check.ts';
import { composeSupergraph, readSubgraphs } from '../compose.ts';
import { houseRules } from '../house-rules.ts';

const refusal = '"Why not." interface UserError { message: String! } "No." type No implements UserError { message: String! }';

describe('the house rules of the schema', () => {
  test.each([
    ['a type without a description', 'type Thing { id: ID! }', 'Thing has no description'],
    ['a root field without a description', 'type Query { thing: ID }', 'Query.thing has no description'],
    ['money as Float', '"A thing." type Thing { weight: Float }', 'Thing.weight is a Float'],
    ['a price that is not Money', '"A thing." type Thing { unitPrice: Int! }', 'Thing.unitPrice must be Money'],
    ['a mutation with two arguments', 'type Mutation { "Does." doThing(input: I!, other: ID): DoThingResult! }', 'exactly one argument'],
    ['a mutation that returns its thing', 'type Mutation { "Does." doThing(input: I!): Thing! }', 'must return DoThingResult!'],
    [
      'a refusal that is no UserError',
      `${refusal} "Odd." type Odd { a: ID } union DoThingResult = DoThingSuccess | Odd type Mutation { "Does." doThing(input: I!): DoThingResult! }`,
      'Odd must implement UserError',
    ],
  ])('refuse %s', (_, sdl, message) => {
    const findings = houseRules('order', parse(sdl));

    expect(findings.map((finding) => finding.message).join('\n')).toContain(message);
  });

  test('accept a mutation of our form', () => {
    const sdl = `${refusal} union DoThingResult = DoThingSuccess | No type Mutation { "Does." doThing(input: I!): DoThingResult! }`;

    expect(houseRules('order', parse(sdl))).toEqual([]);
  });
});

describe('the check of the graph', () => {
  const subgraphs = readSubgraphs();

  test('passes for the subgraphs as they are', () => {
    expect(checkGraph(subgraphs, composeSupergraph(subgraphs))).toEqual([]);
  });

  test('names the command when the committed supergraph is another', () => {
    expect(checkGraph(subgraphs, 'schema {}')).toEqual([expect.stringContaining('npm run compose')]);
  });

  test('names file and line of a syntax error', () => {
    const broken = subgraphs.map((subgraph) => (subgraph.name === 'cart' ? { ...subgraph, sdl: 'type Query {\n  a: \n}' } : subgraph));

    expect(checkGraph(broken, '')).toEqual([expect.stringContaining('subgraphs/cart/schema.graphql:3')]);
  });

  test('says why subgraphs do not compose', () => {
    const broken = subgraphs.map((subgraph) =>
      subgraph.name === 'cart' ? { ...subgraph, sdl: subgraph.sdl.replace('amount: Int!', 'amount: String!') } : subgraph,
    );

    expect(checkGraph(broken, '').join('\n')).toContain('Money.amount');
  });
});
