import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { composeSupergraph } from '#schema/compose.ts';
import { executeOperation } from '../execution/execute-operation.ts';
import type { FetchRequest } from '../execution/fetch.ts';
import { createTestPlanner } from './in-process-planning.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@interfaceObject", "@inaccessible"])';
type Ask = (request: FetchRequest) => Record<string, unknown>;

async function ask(sdls: Readonly<Record<string, string>>, query: string, answer: Ask = () => ({})) {
  const sdl = composeSupergraph(Object.entries(sdls).map(([name, text]) => ({ name, url: `http://${name}`, sdl: `${link} ${text}` })));
  const planner = createTestPlanner(sdl);
  const planned = await planner.plan(parse(query), null, {}, 'anybody');
  if (planned.plan?.kind === 'Subscription') throw new Error('It is no subscription.');
  const asked: string[] = [];
  const { data, errors } = await executeOperation({
    planned: { ...planned, plan: planned.plan },
    variables: {},
    introspection: {},
    ask: async (request) => {
      asked.push(`${request.service} ${request.query}`);
      return answer(request);
    },
  });
  return { data: JSON.parse(JSON.stringify(data)), paths: errors?.map(({ path }) => path), asked };
}

const shapes = {
  shapes: `
    interface Shape @key(fields: "id") { id: ID! size: Int }
    type Query { shapes: [Shape] }
    type Square implements Shape @key(fields: "id") { id: ID! size: Int }
    type Circle implements Shape @key(fields: "id") { id: ID! size: Int }`,
  weights: `
    type Shape @key(fields: "id") @interfaceObject { id: ID! size: Int @external weight: Int @requires(fields: "size") colour: String label: String }`,
};

describe('what a field requires', () => {
  test('is asked of the types only whose field the client wants, and the others get the rest', async () => {
    const { data, paths } = await ask(shapes, '{ shapes { colour ... on Square { weight } } }', ({ service, query, variables }) => {
      const representations = variables['representations'] as Record<string, unknown>[];
      if (service === 'shapes')
        return {
          data: {
            shapes: [
              { __typename: 'Circle', id: 'c' },
              { __typename: 'Square', id: 's', size: 3 },
            ],
          },
        };
      const weight = query.includes('weight') ? (size: unknown) => ({ weight: Number(size) * 10 }) : () => ({});
      return { data: { _entities: representations.map(({ id, size }) => ({ colour: `${id} is red`, ...weight(size) })) } };
    });

    expect(paths).toBeUndefined();
    expect(data).toEqual({ shapes: [{ colour: 'c is red' }, { colour: 's is red', weight: 30 }] });
  });

  test('takes only its own field with it when it could not be had', async () => {
    const graph = {
      items: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }',
      scales: 'type Item @key(fields: "id") { id: ID! kilos: Int }',
      post: 'type Item @key(fields: "id") { id: ID! kilos: Int @external shipping: String @requires(fields: "kilos") stamp: String }',
    };
    const { data, paths, asked } = await ask(graph, '{ item { shipping stamp } }', ({ service }) => {
      if (service === 'items') return { data: { item: { __typename: 'Item', id: 'i' } } };
      if (service === 'scales') throw new Error('away');
      return { data: { _entities: [{ stamp: 'blue' }] } };
    });

    expect(data).toEqual({ item: { shipping: null, stamp: 'blue' } });
    expect(paths).toEqual([['item']]);
    expect(asked.filter((one) => one.includes('shipping'))).toEqual([]);
  });

  test('is not left out where the planner does: the operation is rejected with a sentence', async () => {
    const graph = {
      boards: 'type Query { cell: Cell } type Cell @key(fields: "id") { id: ID! height: Int }',
      sizes: 'type Cell @key(fields: "id") { id: ID! height: Int @external area: Int @requires(fields: "height") next: Cell }',
      prices: 'type Cell @key(fields: "id") { id: ID! area: Int @external price: Int @requires(fields: "area") }',
    };

    await expect(ask(graph, '{ cell { next { price } } }')).rejects.toThrow(
      '"Cell.area" cannot be asked for here: no plan provides "height" before it.',
    );
    await expect(ask(graph, '{ cell { price next { area } } }')).resolves.toBeDefined();
  });
});

describe('an input that the planner would ask for too late', () => {
  const things = {
    one: 'type Query { first: Thing  all: [Thing] } type Thing @key(fields: "id") { id: ID! }',
    two: 'type Thing @key(fields: "id") @key(fields: "code") { id: ID! code: ID! two: Int }',
    three: 'type Thing @key(fields: "code") @key(fields: "sku") { code: ID! sku: ID! }',
    four: 'type Thing @key(fields: "sku") { sku: ID! two: Int @external fourth: String @requires(fields: "two") other: Int }',
  };
  const answers: Ask = ({ service, query, variables }) => {
    const sent = (variables['representations'] ?? []) as Record<string, unknown>[];
    if (service === 'one') return { data: query.includes('all') ? { mine: ['1', '2'].map(thing) } : { first: thing('1') } };
    if (service === 'two') return { data: { _entities: sent.map(() => ({ code: 'c', ...(query.includes('two') ? { two: 2 } : {}) })) } };
    if (service === 'three') return { data: { _entities: sent.map(() => ({ code: 'c', sku: 's' })) } };
    return { data: { _entities: sent.map(({ two }) => ({ fourth: `of ${two}`, other: 4 })) } };
  };
  const thing = (id: string) => ({ __typename: 'Thing', id });

  test('is asked for in time, and is no part of the answer', async () => {
    const { data, paths, asked } = await ask(things, '{ first { fourth other } }', answers);

    expect({ data, paths }).toEqual({ data: { first: { fourth: 'of 2', other: 4 } }, paths: undefined });
    expect(asked.filter((one) => one.includes('fourth'))).toHaveLength(1);
  });

  test('is asked for in time beside a field of the client that is called as it is', async () => {
    const { data, paths } = await ask(things, '{ first { two: __typename fourth } }', answers);

    expect({ data, paths }).toEqual({ data: { first: { two: 'Thing', fourth: 'of 2' } }, paths: undefined });
  });

  test('is asked for in time though clients do not see it', async () => {
    const hidden = { ...things, two: things.two.replace('two: Int', 'two: Int @inaccessible') };
    const { data, paths } = await ask(hidden, '{ first { fourth } }', answers);

    expect({ data, paths }).toEqual({ data: { first: { fourth: 'of 2' } }, paths: undefined });
  });

  test('that is missing without an error of its own is an error where the client would have its field', async () => {
    const { data, paths } = await ask(things, '{ mine: all { it: fourth two } }', (request) => {
      const answer = answers(request) as { data: { _entities?: Record<string, unknown>[] } };
      if (request.service === 'two') for (const entity of answer.data._entities ?? []) delete entity['two'];
      return answer;
    });

    expect(data).toEqual({ mine: [1, 2].map(() => ({ it: null, two: null })) });
    expect(paths).toEqual([
      ['mine', 0, 'it'],
      ['mine', 1, 'it'],
    ]);
  });

  test('of an object that another subgraph does not know is no error', async () => {
    const { data, paths } = await ask(things, '{ first { fourth } }', (request) =>
      request.service === 'two' ? { data: { _entities: [null] } } : answers(request),
    );

    expect({ data, paths }).toEqual({ data: { first: { fourth: null } }, paths: undefined });
  });
});

test('nothing is sent of an object without a key by which the subgraph knows it', async () => {
  const graph = {
    shapes: `
      interface Shape @key(fields: "id") { id: ID! size: Int }
      type Square implements Shape @key(fields: "id") { id: ID! size: Int }
      type Circle implements Shape @key(fields: "id") { id: ID! size: Int }`,
    weights: `
      type Query { any: Shape }
      type Shape @key(fields: "id") @interfaceObject { id: ID! size: Int @external weight: Int @requires(fields: "size") colour: String }`,
  };
  const { data, paths, asked } = await ask(
    graph,
    '{ any { ... on Circle { size } colour ... on Square { size weight } } }',
    ({ service, query }) => {
      if (query.includes('any')) return { data: { any: { __typename: 'Shape', id: 'c', colour: 'red' } } };
      if (service === 'shapes') return { data: { _entities: [{ __typename: 'Circle', id: 'c', size: 3 }] } };
      return { data: { _entities: [{ colour: 'of another', weight: 1 }] } };
    },
  );

  expect({ data, paths }).toEqual({ data: { any: { size: 3, colour: 'red' } }, paths: undefined });
  expect(asked.filter((one) => one.includes('{weight'))).toEqual([]);
});

test('an error about a field that the object has only as another type is reported for the object', async () => {
  const { data, paths } = await ask(shapes, '{ shapes { ... on Square { colour } ... on Circle { label } } }', ({ service }) => {
    if (service === 'shapes')
      return {
        data: {
          shapes: [
            { __typename: 'Circle', id: 'c' },
            { __typename: 'Square', id: 's' },
          ],
        },
      };
    const errors = [0, 1].map((index) => ({ message: 'No colour.', path: ['_entities', index, 'colour'] }));
    return { data: { _entities: Array(2).fill({ colour: null, label: 'a label' }) }, errors };
  });

  expect(data).toEqual({ shapes: [{ label: 'a label' }, { colour: null }] });
  expect(paths).toEqual([
    ['shapes', 0],
    ['shapes', 1, 'colour'],
  ]);
});
