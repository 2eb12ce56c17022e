import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { composeSupergraph } from '#schema/compose.ts';
import { executeOperation } from '../execution/execute-operation.ts';
import type { FetchRequest } from '../execution/fetch.ts';
import { createTestPlanner } from './in-process-planning.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@interfaceObject"])';
type Ask = (request: FetchRequest) => Record<string, unknown>;

async function ask(sdls: Readonly<Record<string, string>>, query: string, answer: Ask = () => ({})) {
  const sdl = composeSupergraph(Object.entries(sdls).map(([name, text]) => ({ name, url: `http://${name}`, sdl: `${link} ${text}` })));
  const planner = createTestPlanner(sdl);
  const planned = await planner.plan(parse(query), null, {});
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

  test('is not left out where the planner does: the operation is refused with a sentence', async () => {
    const graph = {
      boards: 'type Query { cell: Cell } type Cell @key(fields: "id") { id: ID! height: Int }',
      sizes: 'type Cell @key(fields: "id") { id: ID! height: Int @external area: Int @requires(fields: "height") next: Cell }',
      prices: 'type Cell @key(fields: "id") { id: ID! area: Int @external price: Int @requires(fields: "area") }',
    };

    await expect(ask(graph, '{ cell { next { price } } }')).rejects.toThrow(
      '"Cell.area" cannot be asked for here: there is no way to tell it "height" before.',
    );
    await expect(ask(graph, '{ cell { price next { area } } }')).resolves.toBeDefined();
  });
});

test('an error about a field that the object has only as another type is told of the object', async () => {
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
