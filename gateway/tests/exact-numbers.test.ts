import { describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { parseExactJson } from '#platform/exact-json.ts';
import { withExactNumbers } from '../pipeline/parse/exact-numbers.ts';
import { SocketOperations } from '../subscriptions/socket-operations.ts';

const schema = buildSchema(`
  scalar Long
  input Range { from: Long to: [Long!] share: Float name: ID next: Range }
  type Query { find(range: Range, ids: [ID!], long: Long, float: Float, int: Int, text: String): Int }
`);
const big = '9007199254740993';
/** A variable of this type, as it would be sent on. */
const sentOn = (type: string, json: string) => {
  const operation = getOperationAST(parse(`query ($v: ${type}) { find(long: $v) }`));
  const given = parseExactJson(`{"v":${json}}`) as Record<string, unknown>;
  if (!operation) throw new Error('There is no operation.');
  return JSON.stringify(withExactNumbers(schema, operation, given)['v']);
};

describe('a number in the variables that no double holds', () => {
  test.each([
    ['Long', big, big],
    ['Long!', `-${big}123456789`, `-${big}123456789`],
    ['[Long]', `[1,${big},[${big}]]`, `[1,${big},[${big}]]`],
    ['Long', `{"a":{"__proto__":[${big}]},"b":0.1234567890123456789}`, `{"a":{"__proto__":[${big}]},"b":0.1234567890123456789}`],
    ['Long', '1e400', '1e400'],
    ['[Long]', '[-1E+400,1e-400]', '[-1E+400,1e-400]'],
    ['Long', '{ "a": 5e-324, "b": [ 4e-324, 1.5e0400] }', '{"a":5e-324,"b":[4e-324,1.5e0400]}'],
    ['Long', '{"a":[0e999,1e300,-0.5e-3],"b":["1e400, 1e400", ":1e400"]}', '{"a":[0,1e+300,-0.0005],"b":["1e400, 1e400",":1e400"]}'],
    ['Range', '{"from":1e400,"next":{"to":[1e-400]}}', '{"from":1e400,"next":{"to":[1e-400]}}'],
    ['Range', `{"from":${big},"to":${big},"next":{"to":[${big}]}}`, `{"from":${big},"to":${big},"next":{"to":[${big}]}}`],
  ])('stays as it is written for a scalar of the graph’s own: %s %s', (type, json, expected) => {
    expect(sentOn(type, json)).toBe(expected);
  });

  test.each([
    ['ID', big, `"${big}"`],
    ['[ID!]!', `[${big},7]`, `["${big}",7]`],
    ['Float', big, '9007199254740992'],
    ['Float', '0.1234567890123456789', '0.12345678901234568'],
    ['Float', '1e-400', '0'],
    ['Int', big, '9007199254740992'],
    ['String', big, '9007199254740992'],
    ['Range', `{"share":${big},"name":${big}}`, `{"share":9007199254740992,"name":"${big}"}`],
  ])('is the same as of a standard scalar of GraphQL: %s %s', (type, json, expected) => {
    expect(sentOn(type, json)).toBe(expected);
  });

  test('is not lost on the way through a socket', () => {
    const operations = new SocketOperations({ enter: () => () => undefined, isExceeded: () => false }, 10);
    const message = operations.incoming(`{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":{"v":${big}}}}`);

    expect(message).toMatchObject({ text: expect.stringContaining(`{"v":${big}}`) });
  });
});
