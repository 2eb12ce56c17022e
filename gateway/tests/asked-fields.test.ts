import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import type { Data } from '../execution/fetch.ts';
import { runPlan } from '../execution/run-plan.ts';

const supergraphSchema = buildSchema(`
  type Query { me: Person film: Film items: [Item] }
  union Item = Person | Film
  type Person { id: ID! name: String size: Size shipping: String home: Home }
  type Home { street: String city: String }
  type Size { height: Int weight: Int }
  type Film { id: ID! title: String shipping: Int }`);

const fetchOf = (serviceName: string, operation: string, more: Partial<FetchNode> = {}): FetchNode =>
  ({ kind: 'Fetch', serviceName, operation, operationKind: 'query', ...more }) as FetchNode;

const idOf = (typeCondition: string) => ({
  kind: 'InlineFragment' as const,
  typeCondition,
  selections: ['__typename', 'id'].map((name) => ({ kind: 'Field' as const, name })),
});

function entities(serviceName: string, fields: string, path: string[], more: Partial<FetchNode> = {}): PlanNode {
  const operation = `query($representations:[_Any!]!){_entities(representations:$representations){${fields}}}`;
  return { kind: 'Flatten', path, node: fetchOf(serviceName, operation, { requires: [idOf('Person'), idOf('Film')], ...more }) };
}

/** The subgraphs answer in the order of `answers`, whatever they are asked. */
async function dataOf(plan: PlanNode, answers: Readonly<Record<string, Data>>): Promise<Data> {
  const names = Object.keys(answers);
  const answered = names.map(() => Promise.withResolvers<void>());
  const ask = async ({ service }: { readonly service: string }) => {
    const place = names.indexOf(service);
    await answered[place - 1]?.promise;
    setImmediate(() => answered[place]?.resolve());
    return { data: structuredClone(answers[service] ?? {}) };
  };
  const { data } = await runPlan(plan, { ask, supergraphSchema, variable: () => undefined });
  return data;
}

const people = fetchOf('people', '{me{__typename id name home{street}}}');
const me = { __typename: 'Person', id: 'p1', name: 'Ada', home: { street: 'Elm Row' } };

describe('what a subgraph was not asked for is not taken over what another was', () => {
  test('of entities', async () => {
    const plan: PlanNode = { kind: 'Sequence', nodes: [people, entities('films', '...on Person{shipping}', ['me'])] };
    const answer = { _entities: [{ __typename: 'Person', shipping: 'by sea', name: 'Mallory', id: 'p2', home: { street: 'Elsewhere' } }] };

    expect(await dataOf(plan, { people: { me }, films: answer })).toEqual({ me: { ...me, shipping: 'by sea' } });
  });

  test('inside of an object of which both were asked something', async () => {
    const plan: PlanNode = { kind: 'Sequence', nodes: [people, entities('towns', '...on Person{home{city}}', ['me'])] };
    const answer = { _entities: [{ home: { city: 'Hue', street: 'Elsewhere' } }] };

    expect(await dataOf(plan, { people: { me }, towns: answer })).toEqual({ me: { ...me, home: { street: 'Elm Row', city: 'Hue' } } });
  });

  test('of the root', async () => {
    const plan: PlanNode = { kind: 'Parallel', nodes: [people, fetchOf('films', '{film{title}}')] };
    const answer = { film: { title: 'Alien' }, me: { name: 'Mallory' } };

    expect(await dataOf(plan, { people: { me }, films: answer })).toEqual({ me, film: { title: 'Alien' } });
  });
});

describe('what a subgraph was asked for is taken', () => {
  test('under aliases and by named fragments', async () => {
    const operation =
      'query($representations:[_Any!]!){_entities(representations:$representations){...A ...on Film{title}}} fragment A on Person{size{height}by:shipping}';
    const node = fetchOf('films', operation, { requires: [idOf('Person')] });
    const plan: PlanNode = { kind: 'Sequence', nodes: [people, { kind: 'Flatten', path: ['me'], node }] };

    expect(await dataOf(plan, { people: { me }, films: { _entities: [{ size: { height: 180 }, by: 'sea' }] } })).toEqual({
      me: { ...me, size: { height: 180 }, by: 'sea' },
    });
  });

  test('under the name that it is given afterwards', async () => {
    const outputRewrites = [{ kind: 'KeyRenamer' as const, path: ['... on Film', 'shipping__alias_0'], renameKeyTo: 'shipping' }];
    const items = fetchOf('people', '{items{__typename ...on Person{id} ...on Film{id}}}');
    const fields = '...on Person{shipping} ...on Film{shipping__alias_0:shipping}';
    const plan: PlanNode = { kind: 'Sequence', nodes: [items, entities('films', fields, ['items', '@'], { outputRewrites })] };
    const found = [
      { __typename: 'Person', id: 'p1' },
      { __typename: 'Film', id: 'f1' },
    ];
    const answer = { _entities: [{ shipping: 'by sea' }, { shipping__alias_0: 3 }] };

    expect(await dataOf(plan, { people: { items: found }, films: answer })).toEqual({
      items: [
        { ...found[0], shipping: 'by sea' },
        { ...found[1], shipping: 3 },
      ],
    });
  });
});
