import { describe, expect, test } from '@jest/globals';
import { buildSchema, GraphQLError, getVariableValues, type OperationDefinitionNode, parse, validate } from 'graphql';
import { withoutValues } from '../without-values.ts';

const schema = buildSchema(`
  input Inner { name: String! size: Int colour: Colour }
  input LogIn { login: String! password: String! inner: [Inner!] }
  input Either @oneOf { name: String number: Int }
  enum Colour { RED GREEN }
  scalar Date
  type Query { logIn(input: LogIn!): Boolean one(of: Either): Boolean paint(colour: Colour): Boolean number(of: Int, all: [Int!]): Boolean on(date: Date): Boolean }
`);
const secret = 'hunter2; Int cannot represent " at \\"input\\"; it';

function messagesFor(query: string, variables: Record<string, unknown>): string[] {
  const [operation] = parse(query).definitions as OperationDefinitionNode[];
  const { errors = [] } = getVariableValues(schema, operation?.variableDefinitions ?? [], variables);
  return errors.map(({ message }) => message);
}

describe('a message about a variable', () => {
  const logIn = 'query ($input: LogIn!) { logIn(input: $input) }';
  const given = { login: secret, password: secret };

  test.each([
    [
      logIn,
      { input: { login: secret } },
      'Variable "$input" got invalid value; Field "password" of required type "String!" was not provided.',
    ],
    [
      logIn,
      { input: { ...given, password: [secret] } },
      'Variable "$input" got invalid value at "input.password"; String cannot represent it.',
    ],
    [logIn, { input: { ...given, more: secret } }, 'Variable "$input" got invalid value; Field "more" is not defined by type "LogIn".'],
    [
      logIn,
      { input: { ...given, login: null } },
      'Variable "$input" got invalid value at "input.login"; Expected non-nullable type "String!" not to be null.',
    ],
    [logIn, { input: secret }, 'Variable "$input" got invalid value; Expected type "LogIn" to be an object.'],
    [
      logIn,
      { input: { ...given, inner: [{ name: secret, size: secret }] } },
      'Variable "$input" got invalid value at "input.inner[0].size"; Int cannot represent it.',
    ],
    [
      logIn,
      { input: { ...given, inner: [{ name: secret, colour: secret }] } },
      'Variable "$input" got invalid value at "input.inner[0].colour"; It does not exist in "Colour" enum.',
    ],
    ['query ($a: Colour) { paint(colour: $a) }', { a: 'hunter2' }, 'Variable "$a" got invalid value; It does not exist in "Colour" enum.'],
    [
      'query ($a: Either) { one(of: $a) }',
      { a: { name: secret, number: 1 } },
      'Variable "$a" got invalid value; Exactly one key must be specified for OneOf type "Either".',
    ],
  ])('names the place and the reason, and not the value: %s %j', (query, variables, message) => {
    expect(messagesFor(query, variables).map(withoutValues)).toEqual([message]);
  });

  test('that is an odd one holds nothing of it', () => {
    for (const message of messagesFor('query ($a: Int) { number(of: $a) }', { a: secret })) {
      expect(message).toContain('hunter2');
      expect(withoutValues(message)).not.toContain('hunter2');
    }
    const ofDate = 'Variable "$a" got invalid value; Expected type "Date".';
    expect(withoutValues('Variable "$a" got invalid value "hunter2"; Expected type "Date". "hunter2" is no day.')).toBe(ofDate);
    expect(withoutValues('Variable "$a" got invalid value "hunter2"; Expected type "Date". A day is written as 2026-11-27.')).toBe(
      `${ofDate} A day is written as 2026-11-27.`,
    );
  });

  test('that is missing stays as it is', () => {
    const [message = ''] = messagesFor(logIn, {});

    expect(withoutValues(message)).toBe(message);
  });
});

describe('a message about a document', () => {
  test.each([
    '{ logIn(input: { login: "hunter2", password: 7777 }) }',
    '{ logIn(input: "hunter2") }',
    '{ paint(colour: hunter2) }',
    '{ number(of: "hunter2") }',
  ])('does not repeat its values: %s', (query) => {
    const messages = validate(schema, parse(query)).map(({ message }) => message);

    expect(messages).not.toEqual([]);
    for (const message of messages.map(withoutValues)) expect(message).not.toMatch(/hunter2|7777/);
  });

  test.each(['{ logIn(input: { login: x "hunter2" }) }', '{ logIn("hunter2") }', 'query "hunter2"'])(
    'that cannot be read neither: %s',
    (query) => {
      let message = '';
      try {
        parse(query);
      } catch (error) {
        message = error instanceof GraphQLError ? error.message : '';
      }
      expect(message).toContain('hunter2');
      expect(withoutValues(message)).not.toContain('hunter2');
      expect(withoutValues(message)).toMatch(/^Syntax Error: /);
    },
  );

  test('keeps the message of a custom scalar, unless that repeats the value', () => {
    const found = 'Expected value of type "Date!", found "to; morrow"';

    expect(withoutValues(`${found}; A day is written as 2026-11-27.`)).toBe(
      'Expected value of type "Date!"; A day is written as 2026-11-27.',
    );
    expect(withoutValues(`${found}; What is morrow?`)).toBe('Expected value of type "Date!".');
    expect(withoutValues(`${found}.`)).toBe('Expected value of type "Date!".');
  });

  test('names what it does not know', () => {
    const [{ message = '' } = {}] = validate(schema, parse('{ nothing }'));

    expect(withoutValues(message)).toBe(message);
    expect(withoutValues('There are 7 left.')).toBe('There are 7 left.');
  });
});
