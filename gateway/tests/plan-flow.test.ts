import { Supergraph } from '@apollo/federation-internals';
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { describe, expect, test } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { composeSupergraph } from '#schema/compose.ts';
import { lossOf } from '../supergraph/planning/lost-fields.ts';
import { followPlan } from '../supergraph/planning/plan-flow.ts';
import { readSelections } from '../supergraph/planning/selections.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@interfaceObject"])';
const sdls = {
  shapes: `
    interface Shape @key(fields: "id") { id: ID! size: Int }
    type Query { shapes: [Shape] }
    type Square implements Shape @key(fields: "id") { id: ID! size: Int side: Int }
    type Circle implements Shape @key(fields: "id") { id: ID! size: Int }`,
  weights: `
    type Query { any: Shape }
    type Shape @key(fields: "id") @interfaceObject { id: ID! size: Int @external weight: Int @requires(fields: "size") colour: String }`,
};
const supergraph = Supergraph.build(
  composeSupergraph(Object.entries(sdls).map(([name, text]) => ({ name, url: `http://${name}`, sdl: `${link} ${text}` }))),
);
const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
const subgraphs = supergraph.subgraphs();

function fetchOf(serviceName: string, operation: string, required?: Readonly<Record<string, readonly string[]>>): FetchNode {
  const requires = Object.entries(required ?? {}).map(([typeCondition, names]) => ({
    kind: 'InlineFragment' as const,
    typeCondition,
    selections: ['__typename', ...names].map((name) => ({ kind: 'Field' as const, name })),
  }));
  return {
    kind: 'Fetch',
    serviceName,
    operation,
    operationKind: 'query' as FetchNode['operationKind'],
    ...(required ? { requires } : {}),
  } as FetchNode;
}

function entities(serviceName: string, fields: string, required: Readonly<Record<string, readonly string[]>>): PlanNode {
  return {
    kind: 'Flatten',
    path: ['shapes', '@'],
    node: fetchOf(serviceName, `query($r:[_Any!]!){_entities(representations:$r){${fields}}}`, required),
  };
}

function lossIn(plan: readonly PlanNode[], query: string) {
  const [definition] = parse(query).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('It is no operation.');
  const options = { fragments: new Map(), conditions: null, plannerNames: { mayMistake: () => false } };
  const root = followPlan({ kind: 'Sequence', nodes: [...plan] }, 'Query', {
    supergraphSchema,
    subgraphSchema: (name) => subgraphs.get(name)?.schema,
  });
  return lossOf(root, readSelections(definition.selectionSet, options).selections, supergraphSchema);
}

const shapes = fetchOf('shapes', '{shapes{__typename id}}');
const sizes = entities('shapes', '...on Square{size}...on Circle{size}', { Square: ['id'], Circle: ['id'] });
const weights = entities('weights', '...on Shape{weight}', { Square: ['id', 'size'], Circle: ['id', 'size'] });

describe('a plan in which a field is asked for', () => {
  test('after what it requires loses nothing', () => {
    expect(lossIn([shapes, sizes, weights], '{ shapes { weight } }')).toBeNull();
  });

  test('before what it requires loses the field', () => {
    expect(lossIn([shapes, weights, sizes], '{ shapes { weight } }')).toEqual({ typeName: 'Circle', field: 'weight', missing: 'size' });
  });

  test('at the same time as what it requires loses the field, whichever is written first', () => {
    const loss = { typeName: 'Circle', field: 'weight', missing: 'size' };
    expect(lossIn([shapes, { kind: 'Parallel', nodes: [sizes, weights] }], '{ shapes { weight } }')).toEqual(loss);
    expect(lossIn([shapes, { kind: 'Parallel', nodes: [weights, sizes] }], '{ shapes { weight } }')).toEqual(loss);
  });

  test('after a branch that has ended, or in the same one, loses nothing', () => {
    const colours = entities('weights', '...on Shape{colour}', { Square: ['id'], Circle: ['id'] });
    const branches: PlanNode[] = [colours, { kind: 'Sequence', nodes: [sizes, weights] }];
    expect(lossIn([shapes, { kind: 'Parallel', nodes: branches }], '{ shapes { weight colour } }')).toBeNull();
    expect(lossIn([shapes, { kind: 'Parallel', nodes: [colours, sizes] }, weights], '{ shapes { weight } }')).toBeNull();
  });

  test('of some types only loses it for the others, if the client asks for it there', () => {
    const squares = entities('shapes', '...on Square{size}', { Square: ['id'] });
    const loss = { typeName: 'Circle', field: 'weight', missing: 'size' };
    expect(lossIn([shapes, squares, weights], '{ shapes { weight } }')).toEqual(loss);
    expect(lossIn([shapes, squares, weights], '{ shapes { ... on Square { weight } } }')).toBeNull();
  });

  test('loses it when the subgraph is sent no key', () => {
    const keyless = {
      ...fetchOf('weights', 'query($r:[_Any!]!){_entities(representations:$r){...on Shape{weight}}}', { Shape: ['size'] }),
      keys: { Shape: [['id']] },
    };
    const plan: PlanNode = { kind: 'Flatten', path: ['shapes', '@'], node: keyless };
    expect(lossIn([shapes, sizes, plan], '{ shapes { weight } }')).toEqual({ typeName: 'Circle', field: 'weight', missing: 'id' });
  });

  test('of an object that is known by its interface counts when its type is known', () => {
    const any = fetchOf('weights', '{any{__typename id}}');
    const at = (node: FetchNode): PlanNode => ({ kind: 'Flatten', path: ['any'], node });
    const told = at(
      fetchOf('shapes', 'query($r:[_Any!]!){_entities(representations:$r){...on Shape{__typename size}}}', { Shape: ['id'] }),
    );
    const weighed = at(
      fetchOf('weights', 'query($r:[_Any!]!){_entities(representations:$r){...on Shape{weight}}}', {
        Square: ['id', 'size'],
        Circle: ['id', 'size'],
      }),
    );
    expect(lossIn([any, told, weighed], '{ any { weight } }')).toBeNull();
    expect(
      lossIn(
        [
          any,
          at(fetchOf('shapes', 'query($r:[_Any!]!){_entities(representations:$r){...on Shape{__typename}}}', { Shape: ['id'] })),
          weighed,
        ],
        '{ any { weight } }',
      ),
    ).toMatchObject({ field: 'weight', missing: 'size' });
  });
});
