import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { parseSubgraphs } from '../graph.ts';
import { lintRules } from '../lint-rules.ts';
import { rulesAcross } from '../lint-rules-across.ts';

const rejection = '"Why not." interface UserError { message: String! } "No." type No implements UserError { message: String! }';

describe('the lint rules of the schema', () => {
  test.each([
    ['a type without a description', 'type Thing { id: ID! }', 'Thing has no description'],
    ['a root field without a description', 'type Query { thing: ID }', 'Query.thing has no description'],
    ['a field without a description', '"A thing." type Thing { id: ID! }', 'Thing.id has no description'],
    ['an argument without a description', 'type Query { "A thing." thing(id: ID!): ID }', 'Query.thing.id has no description'],
    ['an enum value without a description', '"Which." enum Which { THIS }', 'Which.THIS has no description'],
    ['an input field without a description', '"What." input What { id: ID }', 'What.id has no description'],
    ['a union without a description', 'union DoThingResult = DoThingSuccess', 'DoThingResult has no description'],
    ['a deprecation without a reason', '"A thing." type Thing { "Old." old: ID @deprecated }', 'without a reason'],
    ['a deprecation without a date', '"A thing." type Thing { "Old." old: ID @deprecated(reason: "Use new instead.") }', 'without a date'],
    [
      'a date that is none',
      '"A thing." type Thing { "Old." old: ID @deprecated(reason: "Use new. Gone after 2026-02-31.") }',
      'without a date',
    ],
    ['a connection without first', 'type Query { "Things." things("Cursor." after: String): ThingConnection! }', 'must take "first'],
    [
      'a connection without a maximum',
      'type Query { "Things." things("How many." first: Int = 9): ThingConnection! }',
      'must give the page size',
    ],
    [
      'a connection without after',
      'type Query { "Things." things("How many, 1 to 9." first: Int = 9): ThingConnection! }',
      'no second page',
    ],
    [
      'a connection without pageInfo',
      '"Page." type ThingConnection { "Its." edges: [ID] } type Query { "T." t: ThingConnection! }',
      '"pageInfo"',
    ],
    ['a name that only ends in the same letters', '"A thing." type Thing { items: Float }', 'Thing.items is a Float'],
    ['money as Float', '"A thing." type Thing { weight: Float }', 'Thing.weight is a Float'],
    ['a price that is not Money', '"A thing." type Thing { unitPrice: Int! }', 'Thing.unitPrice must be Money'],
    ['a mutation with two arguments', 'type Mutation { "Does." doThing(input: I!, other: ID): DoThingResult! }', 'exactly one argument'],
    ['a mutation that returns its thing', 'type Mutation { "Does." doThing(input: I!): Thing! }', 'must return DoThingResult!'],
    [
      'a rejection that is no UserError',
      `${rejection} "Odd." type Odd { a: ID } union DoThingResult = DoThingSuccess | Odd type Mutation { "Does." doThing(input: I!): DoThingResult! }`,
      'Odd must implement UserError',
    ],
  ])('reject %s', (_, sdl, message) => {
    const findings = lintRules('order', parse(sdl));

    expect(findings.map((finding) => finding.message).join('\n')).toContain(message);
  });

  test('accept a rate, a measured time and the values of a time series that are Floats', () => {
    expect(
      lintRules(
        'payment',
        parse(
          '"Faults." type Faults { "A share." rate: Float! "Another." declineRate: Float! "A time." waitMs: Float! } "S." type TimeSeries { "V." values: [Float]! }',
        ),
      ),
    ).toEqual([]);
  });

  test('accept a mutation of our form', () => {
    const sdl = `"Why not." interface UserError { "In words." message: String! } "No." type No implements UserError { "In words." message: String! }
      "Done, or why not." union DoThingResult = DoThingSuccess | No type Mutation { "Does." doThing("What." input: I!): DoThingResult! }`;

    expect(lintRules('order', parse(sdl))).toEqual([]);
  });
});

describe('the rules across subgraphs', () => {
  const header = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';
  const owner = `${header}\n"A thing." type Thing @key(fields: "id") { "Which." id: ID! }`;
  const findings = (other: string, first = owner) => {
    const files = new Map([
      ['subgraphs/one/schema.graphql', first],
      ['subgraphs/two/schema.graphql', `${header}\n${other}`],
    ]);
    return rulesAcross(parseSubgraphs(files)).map(({ subgraph, message }) => `${subgraph}: ${message}`);
  };

  test('a field that points to the entity of another subgraph may be null', () => {
    const stub = 'type Thing @key(fields: "id", resolvable: false) { id: ID! }';

    expect(findings(`${stub} "Own." type Own { "It." thing: Thing! }`)).toEqual([
      expect.stringContaining('two: Own.thing must be nullable'),
    ]);
    expect(findings(`${stub} "Own." type Own { "All." things: [Thing!]! }`)).toEqual([expect.stringContaining('Own.things must be')]);
    expect(findings(`${stub} "Own." type Own { "It." thing: Thing "All." things: [Thing]! }`)).toEqual([]);
  });

  test('a field that is added to the entity of another subgraph may be null, unless the owner has it, too', () => {
    expect(findings('type Thing @key(fields: "id") { id: ID! "How good." rank: Int! }')).toEqual([
      expect.stringContaining('Thing.rank must be nullable'),
    ]);
    expect(findings('type Thing @key(fields: "id") { id: ID! "How good." rank: Int name: String! @shareable }')).toEqual([]);
  });

  test('an entity has one owner, who describes it', () => {
    expect(findings('"Mine." type Thing @key(fields: "id") { id: ID! }')).toEqual([expect.stringContaining('described by one already')]);
    expect(findings('type Other @key(fields: "id") { id: ID! }')).toEqual([expect.stringContaining('no subgraph describes')]);
  });
});
