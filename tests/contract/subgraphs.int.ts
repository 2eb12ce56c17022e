import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ObjectTypeDefinitionNode, parse, print } from 'graphql';
import { contracts } from '#kafka/contracts.ts';
import { readEvent } from '#kafka/events.ts';
import { guest, type Identity, signInternalToken } from '#platform/auth.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { composeSupergraph, readSubgraphs } from '#schema/compose.ts';
import { countStatements } from '#tests/support/count-statements.ts';
import { admin, type Fixtures, makeFixtures, stranger } from './fixtures.ts';
import { entitiesOf, type Folder, homeOf, objectTypes, readFolders, selectionOf, withTables } from './folders.ts';
import { type Graph, internalSecret, logger, newTraceId, startGraph } from './graph.ts';

const folders = await readFolders();
const statements = countStatements();
let graph: Graph;
let owner: Identity = guest;
let fixtures: Fixtures = {};

beforeAll(async () => {
  graph = await startGraph(folders);
  ({ owner, fixtures } = await makeFixtures(graph, folders));
}, 60_000);

afterAll(async () => {
  statements.stop();
  await graph?.stop();
}, 30_000);

describe.each(folders.map((folder) => [folder.name, folder] as const))('the subgraph %s', (name, folder) => {
  test('composes alone', () => {
    expect(() => buildSubgraphSchema([{ typeDefs: folder.sdl }] as never)).not.toThrow();
  });

  test('publishes only events that the contracts assign to it', () => {
    expect(folder.publishes.filter((type) => contracts[type].publisher !== name)).toEqual([]);
  });

  test('subscribes only to events that a service publishes', () => {
    const said = new Set(folders.flatMap(({ publishes }) => publishes));

    expect(folder.subscribes.filter((type) => !said.has(type))).toEqual([]);
  });
});

test.each(withTables(folders).map((folder) => [folder.name, folder] as const))(
  'the subgraph %s has no drift between its migrations and its entities, forward and back',
  async (name, folder) => {
    const database = await openDatabase({
      url: await graph.newDatabase(`${name}_drift`),
      entities: folder.entities,
      migrations: folder.migrations,
      poolSize: 2,
      logger,
    });
    await database.migrate();
    const drift = await database.orm.schema.getUpdateSchemaSQL();
    await database.orm.migrator.down({ to: 0 });
    const left = await database.query<{ relname: string }>(
      "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'mikro_orm_migrations'",
    );
    await database.migrate();
    await database.close();

    expect(drift.trim()).toBe('');
    expect(left.rows).toEqual([]);
  },
);

test('a subgraph without tables neither publishes nor subscribes to events', () => {
  const without = folders.filter(({ migrations }) => migrations === null);

  expect(without.flatMap(({ publishes, subscribes, entities }) => [...publishes, ...subscribes, ...entities])).toEqual([]);
  expect(without.filter(({ name }) => existsSync(new URL(`../../subgraphs/${name}/migrations`, import.meta.url)))).toEqual([]);
});

describe.each(folders.map((folder) => [folder.name, folder] as const))('the federation side of %s', (name, folder) => {
  test('_service returns the SDL of the folder', async () => {
    const { data } = await graph.ask<{ _service: { sdl: string } }>(name, guest, '{ _service { sdl } }');
    const told = parse(data?._service.sdl ?? '');

    // definitions of the specification may be included; composition ignores them
    const own = objectTypes(told).filter((type) => !type.name.value.startsWith('_') && !isMachinery(type));

    expect(own.map(print).toSorted()).toEqual(objectTypes(folder.sdl).map(print).toSorted());
  });

  test.each([
    ['no token', {}],
    [
      'a token with a foreign signature',
      { authorization: `Bearer ${signInternalToken(admin, 'a secret that is not the secret of the shop')}` },
    ],
    ['a token that is none', { authorization: 'Bearer nonsense' }],
    ['the token in another scheme', { authorization: `Basic ${signInternalToken(admin, internalSecret)}` }],
    ['identity as headers', { 'x-user-id': 'someone', 'x-user-role': 'ADMIN' }],
  ])('answers nothing to who brings %s', async (_, headers) => {
    for (const query of ['{ _service { sdl } }', '{ __typename }', 'query { _entities(representations: []) { __typename } }']) {
      const response = await fetch(graph.urlOf(name), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers } as Record<string, string>,
        body: JSON.stringify({ query }),
      });

      expect(response.status).toBe(401);
      expect(await response.json()).not.toHaveProperty('data');
    }
  });
});

const withEntities = folders.filter((folder) => entitiesOf(folder).length > 0);

describe.each(withEntities.map((folder) => [folder.name, folder] as const))('the door to the entities of %s', (name, folder) => {
  test('_Any is a scalar, _Entity holds the entities, and both meet in _entities', async () => {
    const { data } = await graph.ask<Introspected>(
      name,
      guest,
      `{
        any: __type(name: "_Any") { kind }
        entity: __type(name: "_Entity") { kind possibleTypes { name } }
        query: __type(name: "Query") { fields { name args { name } } }
      }`,
    );
    const doors = data?.query.fields.filter(({ name: field }) => field.startsWith('_'));

    expect(data?.any).toEqual({ kind: 'SCALAR' });
    expect(data?.entity?.kind).toBe('UNION');
    expect(data?.entity?.possibleTypes.map((type) => type.name)).toEqual(
      expect.arrayContaining(entitiesOf(folder).map((type) => type.name.value)),
    );
    expect(doors?.toSorted((one, other) => one.name.localeCompare(other.name))).toEqual([
      { name: '_entities', args: [{ name: 'representations' }] },
      { name: '_service', args: [] },
    ]);
  });

  test.each([
    ['a type that is not its own', { __typename: 'Nonsense', id: '1' }],
    ['a type without a key', { __typename: 'Money', amount: 1 }],
    ['a representation without a type', { id: '1' }],
  ])('_entities rejects %s with an error, and goes on', async (_, representation) => {
    const answer = await graph.ask(name, guest, 'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }', {
      of: [representation],
    });
    const after = await graph.ask(name, guest, '{ __typename }');

    expect(answer.errors).toHaveLength(1);
    expect(after.data).toEqual({ __typename: 'Query' });
  });
});

test('a subgraph without entities has no door to them', async () => {
  for (const { name } of folders.filter((folder) => !withEntities.includes(folder))) {
    const { data } = await graph.ask<Pick<Introspected, 'query'>>(name, guest, '{ query: __type(name: "Query") { fields { name } } }');

    expect(data?.query.fields.map((field) => field.name)).not.toContain('_entities');
  }
});

/** A root type that a subgraph has only because the specification wants it. */
const isMachinery = (type: ObjectTypeDefinitionNode) =>
  type.name.value === 'Query' && (type.fields ?? []).every((field) => field.name.value.startsWith('_'));

type Introspected = {
  any: { kind: string } | null;
  entity: { kind: string; possibleTypes: { name: string }[] } | null;
  query: { fields: { name: string; args: { name: string }[] }[] };
};

type Asked = { errors: unknown; entities: readonly (Record<string, unknown> | null)[]; statements: readonly string[] };

async function entitiesAs(folder: Folder, type: ObjectTypeDefinitionNode, identity: Identity, ids: readonly string[]): Promise<Asked> {
  const name = type.name.value;
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${name} { ${selectionOf(type, folder.sdl, 3)} } } }`;
  const traceId = newTraceId();
  const representations = ids.map((id) => ({ __typename: name, ...keyOf(name, id) }));
  const { data, errors } = await graph.ask<{ _entities: Asked['entities'] }>(
    folder.name,
    identity,
    query,
    { of: representations },
    traceId,
  );
  return { errors, entities: data?._entities ?? [], statements: statements.of(traceId) };
}

const keyOf = (typeName: string, id: string): Readonly<Record<string, unknown>> => fixtures[typeName]?.keyOf?.(id) ?? { id };

/** The fields of an entity that are its key. */
const keyIn = (typeName: string, entity: Record<string, unknown> | null | undefined) =>
  Object.fromEntries(Object.keys(keyOf(typeName, '')).map((field) => [field, entity?.[field]]));

/** What an entity shows beside the key that was sent along; null for nothing at all, as an empty list or a count of 0 is. */
function given(typeName: string, entity: Record<string, unknown> | null | undefined): Record<string, unknown> | null {
  const isKey = (field: string) => field === '__typename' || field in keyOf(typeName, '');
  const shown = Object.entries(entity ?? {}).filter(([field, value]) => !isKey(field) && shows(value));
  return shown.length === 0 ? null : Object.fromEntries(shown);
}

function shows(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(shows);
  if (value === null || typeof value !== 'object') return Boolean(value);
  return Object.entries(value).some(([field, inner]) => field !== '__typename' && shows(inner));
}

const entityCases = folders.flatMap((folder) => entitiesOf(folder).map((type) => [folder.name, type.name.value, folder, type] as const));

describe.each(entityCases)('%s answers for %s', (_, typeName, folder, type) => {
  const made = () => {
    const found = fixtures[typeName];
    if (found === undefined)
      throw new Error(`There is no ${typeName} to ask about: make some in makeFixtures() of subgraphs/${folder.name}/tests/fixtures.ts.`);
    return found;
  };

  test('in the order asked, however often', async () => {
    const [id = ''] = made().ids;
    const { errors, entities } = await entitiesAs(folder, type, owner, [randomUUID(), id, id]);

    expect(errors).toBeUndefined();
    expect(entities.slice(1).map((entity) => keyIn(typeName, entity))).toEqual([keyOf(typeName, id), keyOf(typeName, id)]);
    if (homeOf(typeName, folders) === folder.name) expect(given(typeName, entities[1])).not.toBeNull();
  });

  test('with null for what does not exist, and without an error', async () => {
    const { errors, entities } = await entitiesAs(folder, type, owner, [randomUUID(), 'nonsense']);

    expect(errors).toBeUndefined();
    expect(entities.map((entity) => given(typeName, entity))).toEqual([null, null]);
  });

  test.each([
    ['a stranger', stranger],
    ['a guest', guest],
  ])('and gives nothing of it away to %s', async (__, identity) => {
    const { ids, hiddenFields } = made();
    const { errors, entities } = await entitiesAs(folder, type, identity, ids.slice(0, 1));

    expect(errors).toBeUndefined();
    if (hiddenFields === undefined) expect(entities.map((entity) => given(typeName, entity))).toEqual([null]);
    else for (const field of hiddenFields) expect(entities[0]?.[field] ?? null).toBeNull();
  });

  test('with the same SQL for twenty as for two, each statement once', async () => {
    const { ids } = made();
    const caller = typeName === 'Cart' ? owner : admin;
    const two = await entitiesAs(folder, type, caller, ids.slice(0, 2));
    const twenty = await entitiesAs(folder, type, caller, ids);

    expect([two.errors, twenty.errors]).toEqual([undefined, undefined]);
    expect(twenty.entities.map((entity) => keyIn(typeName, entity))).toEqual(ids.map((id) => keyOf(typeName, id)));
    expect(ids.length).toBeGreaterThanOrEqual(20);
    expect(twenty.statements.toSorted()).toEqual([...new Set(twenty.statements)].toSorted());
    expect(twenty.statements.toSorted()).toEqual(two.statements.toSorted());
    expect(twenty.statements.length).toBeGreaterThan(0);
  });
});

describe('the subgraphs together', () => {
  test('compose, by their _service, to the committed supergraph', async () => {
    const told = await Promise.all(
      readSubgraphs().map(async ({ name, url, sdl }) => {
        if (name === 'events') return { name, url, sdl };
        const { data } = await graph.ask<{ _service: { sdl: string } }>(name, guest, '{ _service { sdl } }');
        return { name, url, sdl: data?._service.sdl ?? '' };
      }),
    );

    expect(composeSupergraph(told)).toBe(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'));
  });

  test('say every event of the contracts, each by one of them', () => {
    const said = folders.flatMap(({ publishes }) => publishes);

    expect(said.toSorted()).toEqual(Object.keys(contracts).toSorted());
  });

  test('published only what the contracts allow, in the name of its publisher', () => {
    const events = graph.published
      .filter((message) => message.value !== null)
      .map((message) => ({ ...readEvent(message), source: message.headers['ce_source'], topic: message.topic }));

    for (const event of events) {
      expect(event.source).toBe(`/${contracts[event.type].publisher}`);
      expect(event.topic).toBe(contracts[event.type].topic);
      expect(contracts[event.type].data.strict().safeParse(event.data).success).toBe(true);
    }
    expect([...new Set(events.map((event) => event.type))]).toEqual(
      expect.arrayContaining([
        'user.registered',
        'product.created',
        'order.created',
        'inventory.reserved',
        'order.awaiting-payment',
        'payment.succeeded',
        'order.paid',
      ]),
    );
  });

  test('carried one trace through each checkout', () => {
    const checkouts = Map.groupBy(
      graph.published.filter((message) => message.topic === 'checkout'),
      (message) => message.key,
    );

    for (const messages of checkouts.values())
      expect(new Set(messages.map((message) => message.headers['traceparent']?.slice(3, 35))).size).toBe(1);
    expect(checkouts.size).toBe(20);
  });
});
