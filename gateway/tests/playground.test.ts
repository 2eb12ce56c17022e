import { readdirSync, readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { getOperationAST, Kind, parse, validate } from 'graphql';
import { costOf } from '../pipeline/limit/cost.ts';
import { checkExecuted, checkLimits } from '../pipeline/limit/limits.ts';
import { examples, firstTabs } from '../playground/examples.ts';
import { createMemory } from '../playground/memory.ts';
import { playgroundVersion, readOperation } from '../playground/version.ts';

const operations = new URL('../../schema/operations/', import.meta.url);
const files = readdirSync(operations, { encoding: 'utf8', recursive: true }).filter((file) => file.endsWith('.graphql'));

describe('the bundle of the playground', () => {
  test('is made of the sources that are here; if not, run npm run playground:build', () => {
    const { version } = JSON.parse(readFileSync(new URL('../assets/graphiql/version.json', import.meta.url), 'utf8'));

    expect(version).toBe(playgroundVersion());
  });

  test('asks no other host for anything', () => {
    const page = readFileSync(new URL('../assets/graphiql/index.html', import.meta.url), 'utf8');

    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});

describe('the operations of our own clients', () => {
  const supergraph = Supergraph.build(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'));
  const schema = supergraph.apiSchema().toGraphQLJSSchema();
  const limits = { maxOperations: 50, maxDepth: 12, maxAliases: 30, maxRootFields: 20, maxDirectives: 30, maxCost: 10_000 };

  test.each(files)('%s is one named operation of this schema, within the limits', (file) => {
    const document = parse(readFileSync(new URL(file, operations), 'utf8'));
    const operation = getOperationAST(document);

    expect(validate(schema, document)).toEqual([]);
    expect(checkLimits(document, limits)).toEqual([]);
    for (const operation of document.definitions)
      if (operation.kind === 'OperationDefinition') expect(checkExecuted({ document, operation, request: {} }, limits)).toEqual([]);
    expect(operation?.name?.value).toMatch(/^[A-Z]/);
    expect(operation && costOf(schema, document, operation, { first: 50 })).toBeLessThan(10_000);
    expect(document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)).toHaveLength(1);
  });

  test('are tried with values for every variable that is required', () => {
    expect(examples.map(({ file }) => file)).toEqual(expect.arrayContaining([...firstTabs]));
    for (const { file, variables } of examples) {
      const operation = getOperationAST(parse(readOperation(file)));
      const required = operation?.variableDefinitions?.filter(
        ({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && !defaultValue,
      );

      expect(Object.keys(variables ?? {})).toEqual(expect.arrayContaining((required ?? []).map(({ variable }) => variable.name.value)));
    }
  });
});

describe('the memory of the playground', () => {
  const order = { id: 'o1', number: 'M-1' };

  test('fills in the ids of the answers before', () => {
    const memory = createMemory();
    memory.learn({ data: { products: { edges: [{ node: { id: 'p1', price: {} } }, { node: { id: 'p2', price: {} } }] } } });
    memory.learn({ data: { placeOrder: { order } } });
    memory.learn({ data: { paymentMethods: [{ id: 'visa' }, { id: 'declined' }] } });

    expect(memory.fill({ a: '{{productId}}', b: ['{{orderId}}'], c: '{{paymentMethodId}}' })).toEqual({ a: 'p1', b: ['o1'], c: 'visa' });
  });

  test('fills in the cart that was shown last, as numbers', () => {
    const memory = createMemory();
    memory.learn({ data: { addToCart: { cart: { id: 'c1', version: 2, total: { amount: 1250, currency: 'EUR' } } } } });
    memory.learn({ data: { placeOrder: { cart: { id: 'c1', version: 3, total: { amount: 5000, currency: 'EUR' } } } } });

    expect(memory.fill({ a: '{{cartVersion}}', b: { amount: '{{cartTotal}}' }, c: 'version {{cartVersion}}' })).toEqual({
      a: 3,
      b: { amount: 5000 },
      c: 'version 3',
    });
    expect(() => createMemory().fill({ cartVersion: '{{cartVersion}}' })).toThrow('Run AddToCart first');
  });

  test('says which example to run first', () => {
    expect(() => createMemory().fill({ orderId: '{{orderId}}' })).toThrow('Run PlaceOrder first');
  });

  test('makes something new for each request, the same within one', () => {
    const memory = createMemory();
    const { email, username } = memory.fill({ email: '{{new}}', username: '{{new}}' });

    expect(email).toBe(username);
    expect(memory.fill({ email: '{{new}}' }).email).not.toBe(email);
  });
});
