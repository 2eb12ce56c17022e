import { expect, test } from '@jest/globals';
import { buildSchema, getVariableValues, type OperationDefinitionNode, parse } from 'graphql';
import { withoutValues } from '#platform/without-values.ts';
import { coerceVariables } from '../pipeline/validate/coerce-variables.ts';

const schema = buildSchema(`
  input Inner { name: String! size: Int = 3 colour: Colour }
  input LogIn { login: String! inner: [Inner!] }
  input Either @oneOf { name: String number: Int }
  enum Colour { RED GREEN }
  type Query { logIn(input: LogIn!, one: Either, colours: [Colour!], flag: Boolean!): Boolean }
`);
const query = 'query ($input: LogIn!, $one: Either, $colours: [Colour!] = [RED], $flag: Boolean! = true, $__proto__: Int) { __typename }';
const [operation] = parse(query).definitions as [OperationDefinitionNode];
const inner = { name: 'a', size: null, colour: 'RED' };

test.each([
  { input: { login: 'a' } },
  { input: { login: 1.5 } },
  { input: { login: 'a', inner } },
  { input: { login: 'a', inner: [inner, { name: 'b' }] }, one: { name: 'a' }, colours: 'GREEN', flag: false },
  { input: { login: 'a', inner: [inner, { nam: 'b', colour: 'BLUE' }, null] }, one: { name: 'a', number: 1 } },
  { input: null, one: { number: null }, colours: ['RED', null, 'toString'], flag: null },
  { input: { login: 'a', constructor: 1 }, one: {}, colours: null, flag: 'yes' },
  JSON.parse('{ "input": { "login": "a", "__proto__": 1 }, "__proto__": "a" }'),
  JSON.parse('{ "input": { "login": "a" }, "__proto__": 7 }'),
  {},
])('values and mistakes are those of graphql-js: %j', (given) => {
  const theirs = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  const ours = coerceVariables(schema, operation, given);

  if (theirs.coerced) expect(ours).toEqual({ ok: true, values: theirs.coerced });
  else
    expect(ours.ok ? [] : ours.errors.map(({ message }) => message)).toEqual(theirs.errors?.map(({ message }) => withoutValues(message)));
});
