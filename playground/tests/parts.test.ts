import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Supergraph } from '@apollo/federation-internals';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { composeSupergraph } from '#schema/compose.ts';
import { exampleVariables, readCollection } from '../../gateway/http/playground/collection.ts';
import { readMap } from '../../gateway/http/playground/map.ts';
import type { PlanTree } from '../../gateway/supergraph/plans/plan-tree.ts';
import { readSupergraph } from '../../gateway/tests/supergraph-text.ts';
import { type CollectionEntry, groupCollection } from '../collection.ts';
import { bareType, extensionsOf, filterMap } from '../graph-map.ts';
import { layOutMap, type MapLayout, type MapNode, nodeSize } from '../map-layout.ts';
import { beginView, pan, press, viewBoxOf, zoom } from '../map-view.ts';
import { boxSize, drawPlan, whatIsFetched } from '../plan-picture.ts';
import { addEvent, changesBetween, mostEvents, type TimelineEvent } from '../timeline.ts';

const fetchOf = (service: string, operation = `{${service}}`): PlanTree => ({ kind: 'fetch', service, operation });

describe('the picture of a plan', () => {
  const entities =
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Product{__typename name price{amount}}}}';
  const tree: PlanTree = {
    kind: 'sequence',
    nodes: [
      fetchOf('order'),
      {
        kind: 'parallel',
        nodes: [fetchOf('user'), { kind: 'flatten', path: ['order', 'lines', '@'], nodes: [fetchOf('product', entities)] }],
      },
      { kind: 'condition', condition: '$full', nodes: [fetchOf('payment')] },
    ],
  };
  const { boxes, lines, width, height } = drawPlan(tree);
  const boxOf = (service: string) => boxes.find(({ fetch }) => fetch.service === service);

  test('has what waits to the right, and what runs at once one above the other', () => {
    const [order, user, product, payment] = ['order', 'user', 'product', 'payment'].map(boxOf);

    expect(user?.x).toBe(product?.x);
    expect(user?.x).toBeGreaterThan((order?.x ?? 0) + boxSize.width);
    expect(payment?.x).toBeGreaterThan((user?.x ?? 0) + boxSize.width);
    expect((product?.y ?? 0) - (user?.y ?? 0)).toBeGreaterThanOrEqual(boxSize.height);
  });

  test('joins each part with those that wait for it, and the first with the gateway', () => {
    // gateway to order, order to both, both to payment
    expect(lines).toHaveLength(5);
    expect(lines[0]?.to.x).toBe(boxOf('order')?.x);
    for (const { from, to } of lines) expect(to.x).toBeGreaterThan(from.x);
  });

  test('has everything inside', () => {
    for (const box of boxes) {
      expect(box.x + boxSize.width).toBeLessThan(width);
      expect(box.y).toBeGreaterThan(0);
      expect(box.y + boxSize.height).toBeLessThan(height);
    }
  });

  test('shows what is fetched, for which objects, and on what it depends', () => {
    expect(boxOf('product')).toMatchObject({ what: 'Product: name, price', path: 'order.lines.@' });
    expect(boxOf('payment')).toMatchObject({ condition: '$full', path: '' });
    expect(whatIsFetched('mutation{placeOrder(input:$i){__typename} cart{id}}')).toBe('placeOrder, cart');
  });
});

describe('the map of the graph', () => {
  const sdl = readSupergraph();
  const map = readMap({ sdl, apiSchema: Supergraph.build(sdl).apiSchema().toGraphQLJSSchema() });
  const typeOf = (name: string) => map.types.find((type) => type.name === name);

  test('has the subgraphs, and none of the words by which they are composed', () => {
    expect(map.subgraphs).toEqual(expect.arrayContaining(['product', 'cart', 'order', 'user', 'payment', 'events']));
    expect(map.types.filter(({ name }) => /^(join|link)__/.test(name))).toEqual([]);
  });

  test('shows what clients see, and nothing of what is for other subgraphs alone', () => {
    const inner = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible"])
      type Query { shelf: Shelf } type Shelf @key(fields: "id") { id: ID! place: String! @inaccessible }
      enum Row { FRONT BACK @inaccessible } type Safe @inaccessible { code: String row: Row }`;
    const composed = composeSupergraph([{ name: 'shelves', url: 'http://shelves.example:4001/graphql', sdl: inner }]);
    const { types } = readMap({ sdl: composed, apiSchema: Supergraph.build(composed).apiSchema().toGraphQLJSSchema() });

    expect(types.find(({ name }) => name === 'Shelf')?.fields.map(({ name }) => name)).toEqual(['id']);
    expect(types.find(({ name }) => name === 'Row')?.fields.map(({ name }) => name)).toEqual(['FRONT']);
    expect(types.find(({ name }) => name === 'Safe')).toBeUndefined();
  });

  test('knows where an entity is at home, by which key it is found, and who adds to it', () => {
    expect(typeOf('Order')).toMatchObject({ owners: expect.arrayContaining(['order', 'payment']), keys: ['id'] });
    expect(typeOf('Order')?.owners[0]).toBe('order');
    expect(typeOf('Order')?.extendedBy).toContain('payment');
    expect(typeOf('Order')?.fields.find(({ name }) => name === 'payment')).toMatchObject({ type: 'Payment', owners: ['payment'] });
    expect(extensionsOf(map)).toContainEqual(expect.objectContaining({ from: 'payment', to: 'order', types: ['Order'] }));
  });

  test('knows the values of enums, the members of unions, and whose each is', () => {
    expect(typeOf('OrderStatus')).toMatchObject({
      kind: 'enum',
      fields: expect.arrayContaining([expect.objectContaining({ name: 'PAID' })]),
    });
    expect(typeOf('LogInResult')).toMatchObject({ kind: 'union', owners: ['user'], keys: [], extendedBy: [] });
    expect(bareType('[Order!]!')).toBe('Order');
  });

  test('finds types and fields by their names, within one subgraph', () => {
    const found = filterMap(map, { text: 'PAYMENT', subgraph: 'payment', type: null });

    expect(found.find(({ name }) => name === 'Order')?.fields.map(({ name }) => name)).toEqual(['payment']);
    for (const { owners } of found) expect(owners).toContain('payment');
    expect(filterMap(map, { text: 'no such thing', subgraph: null, type: null })).toEqual([]);
  });

  test('shows a type with what leads to it', () => {
    const found = filterMap(map, { text: '', subgraph: null, type: 'Cart' });

    expect(found.find(({ name }) => name === 'Cart')?.fields.length).toBeGreaterThan(3);
    expect(found.find(({ name }) => name === 'Query')?.fields.map(({ name }) => name)).toEqual(['cart']);
    expect(found.some(({ name }) => name === 'Address')).toBe(false);
  });

  test('is drawn with a place for each subgraph and a line for each who adds', () => {
    const extensions = extensionsOf(map);
    const { nodes, links, width, height } = layOutMap(map.subgraphs, extensions);

    expect(links).toHaveLength(extensions.length);
    expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(map.subgraphs.length);
    for (const { x, y } of nodes) expect(x > 40 && x < width - 40 && y > 16 && y < height - 16).toBe(true);
    expect(boxesBehind(layOutMap(map.subgraphs, extensions))).toEqual([]);
  });

  test('is drawn without a line behind a box that is unrelated, in every order of edges', () => {
    const names = Array.from({ length: 7 }, (_, index) => `s${index}`);
    const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to, types: ['T'] })));
    // every graph in which one in `step` of all pairs is related, beginning somewhere
    for (const step of [3, 5]) {
      for (let first = 0; first < step; first += 1) {
        const extensions = pairs.filter((_, index) => index % step === first);

        const drawn = layOutMap(names, extensions);
        const outside = drawn.links.filter(({ points }) =>
          points.some(({ x, y }) => x < 0 || y < 0 || x > drawn.width || y > drawn.height),
        );
        expect(boxesBehind(drawn)).toEqual([]);
        expect(outside.map(({ id }) => id)).toEqual([]);
      }
    }
  });
});

describe('the view of the map', () => {
  const size = { width: 400, height: 200 };

  test('begins with all of it, and is moved by so much as it is dragged', () => {
    expect(viewBoxOf(beginView, size)).toBe('0 0 400 200');
    expect(viewBoxOf(pan(beginView, { x: 30, y: -10 }), size)).toBe('-30 10 400 200');
  });

  test('is enlarged around a point, which stays where it is', () => {
    expect(viewBoxOf(zoom(beginView, 2, { x: 100, y: 100 }), size)).toBe('50 50 200 100');
    expect(viewBoxOf(pan(zoom(beginView, 2, { x: 0, y: 0 }), { x: 30, y: 0 }), size)).toBe('-30 0 200 100');
  });

  test('is moved by keys', () => {
    const pressed = ['ArrowRight', 'ArrowDown', '+', '-', 'x'].reduce((view, key) => press(view, key, size), beginView);

    expect(viewBoxOf(pressed, size)).toBe('24 24 400 200');
    expect(press(pressed, '0', size)).toEqual(beginView);
  });

  test('is neither enlarged nor made small without end', () => {
    expect(viewBoxOf(zoom(beginView, 1000, { x: 0, y: 0 }), size)).toBe('0 0 100 50');
    expect(viewBoxOf(zoom(beginView, 0.001, { x: 0, y: 0 }), size)).toBe('0 0 800 400');
  });
});

/** Each line with a box that it runs behind, though it neither begins nor ends there. */
function boxesBehind({ nodes, links }: MapLayout): string[] {
  return links.flatMap(({ id, from, to, points }) => {
    const others = nodes.filter(({ name }) => name !== from && name !== to);
    const isBehind = ({ x, y }: MapNode) =>
      points.slice(1).some((end, index) => {
        const start = points[index] ?? end;
        return Array.from({ length: 101 }, (_, step) => step / 100).some(
          (share) =>
            Math.abs(start.x + (end.x - start.x) * share - x) < nodeSize.width / 2 &&
            Math.abs(start.y + (end.y - start.y) * share - y) < nodeSize.height / 2,
        );
      });
    return others.filter(isBehind).map(({ name }) => `${id}: ${name}`);
  });
}

describe('the timeline of a subscription', () => {
  let events: readonly TimelineEvent[];
  const tell = (data: unknown, at: number) => {
    events = addEvent(events, { data }, at);
  };
  beforeEach(() => {
    events = [];
  });

  test('shows what changed, and how long after the event before', () => {
    tell({ orderStatus: { id: '1', status: 'PENDING', total: { amount: 5 } } }, 1000);
    tell({ orderStatus: { id: '1', status: 'PAID', total: { amount: 5 } } }, 1250);

    expect(events.map(({ number, afterMs }) => [number, afterMs])).toEqual([
      [1, null],
      [2, 250],
    ]);
    expect(events[1]?.changes).toEqual([{ path: 'status', before: 'PENDING', after: 'PAID' }]);
  });

  test('compares a feed’s news with the last of the same thing', () => {
    tell({ orders: { id: '1', status: 'PENDING' } }, 1);
    tell({ orders: { id: '2', status: 'PENDING' } }, 2);
    tell({ orders: { id: '1', status: 'PAID' } }, 3);

    expect(events[2]?.changes).toEqual([{ path: 'status', before: 'PENDING', after: 'PAID' }]);
  });

  test('shows changed lists and removed values, and no bare type name', () => {
    const before = { order: { lines: [{ __typename: 'A', name: 'Tea' }, { name: 'Bowl' }] } };
    const after = { order: { lines: [{ __typename: 'B', name: 'Tea' }], note: null } };

    expect(changesBetween(before, after)).toEqual([
      { path: 'note', after: 'null' },
      { path: 'lines.2.name', before: 'Bowl', after: '–' },
    ]);
  });

  test('keeps errors, and no more than it can show', () => {
    events = addEvent(events, { errors: [{ message: 'You are too late.' }, 'nonsense'] }, 5);
    expect(events[0]?.errors).toEqual(['You are too late.', 'An error without a message.']);

    for (let at = 0; at < mostEvents + 10; at += 1) tell({ tick: at }, at);
    expect(events).toHaveLength(mostEvents);
    expect(events.at(-1)?.number).toBe(mostEvents + 11);
  });
});

describe('the collection', () => {
  const entry = (client: string, theme: string, name: string, comment = ''): CollectionEntry => ({
    client,
    theme,
    name,
    comment,
    kind: 'query',
    query: '',
    variables: '',
  });
  const entries = [
    entry('tools', 'Account', 'LogIn'),
    entry('playground', 'Orders', 'MyOrders', 'Newest first.'),
    entry('playground', 'Catalogue', 'Browse'),
    entry('admin', 'Zoo', 'Feed'),
  ];

  test('is in the order of who reads it', () => {
    const groups = groupCollection(entries, '');

    expect(groups.map(({ client }) => client)).toEqual(['playground', 'admin', 'tools']);
    expect(groups[0]?.themes.map(({ theme }) => theme)).toEqual(['Catalogue', 'Orders']);
  });

  test('is searched by all words, wherever they stand', () => {
    expect(groupCollection(entries, 'newest orders').flatMap(({ themes }) => themes.flatMap((theme) => theme.entries))).toEqual([
      entries[1],
    ]);
    expect(groupCollection(entries, 'newest carts')).toEqual([]);
  });

  test('is read from the folder of the clients, explained, with variables to try each with', () => {
    const sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
    const apiSchema = buildSchema(sdl, { assumeValidSDL: true });
    const read = readCollection(`${join(import.meta.dirname, '../../schema/operations')}/`, { sdl, apiSchema });
    const find = (client: string, name: string) => read.find((one) => one.client === client && one.name === name);

    expect(find('playground', 'OrderStatus')).toMatchObject({
      theme: 'Live',
      kind: 'subscription',
      variables: expect.stringContaining('{{orderId}}'),
    });
    expect(find('demo', 'PaymentOfOrder')).toMatchObject({ theme: 'Orders', comment: 'What became of the money.' });
    expect(find('demo', 'PlaceOrder')?.variables).toContain('Hang Gai');
    for (const { query, comment } of read) expect([query.startsWith('#'), comment === '']).toEqual([false, false]);
    expect(readCollection('/nowhere', { sdl, apiSchema })).toEqual([]);
  });

  test('generates values without an example', () => {
    const schema = buildSchema(`
      type Query { find(input: Find!, order: ID!, first: Int): Int }
      enum Kind { TEA BOWL }
      input Find { words: [String!]! kind: Kind! limit: Int! note: String }`);
    const operation = getOperationAST(
      parse('query ($input: Find!, $orderId: ID!, $first: Int) { find(input: $input, order: $orderId, first: $first) }'),
    );

    expect(operation && exampleVariables(schema, operation)).toEqual({
      input: { words: [''], kind: 'TEA', limit: 1 },
      orderId: '{{orderId}}',
    });
  });
});
