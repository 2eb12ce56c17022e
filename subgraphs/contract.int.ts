import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EntitySchema } from '@mikro-orm/postgresql';
import { type DirectiveNode, type DocumentNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import type { Hearing } from '#kafka/consumer.ts';
import { contracts, type FactType } from '#kafka/contracts.ts';
import type { EventLog, Message } from '#kafka/event-log.ts';
import { readFact } from '#kafka/facts.ts';
import { createInProcessLog } from '#kafka/in-process-log.ts';
import type { Parts } from '#kafka/service.ts';
import { type Identity, signInternalToken } from '#platform/auth.ts';
import { type ConfigShape, loadConfig } from '#platform/config.ts';
import { openDatabase } from '#platform/database.ts';
import { createLogger } from '#platform/logger.ts';
import { composeSupergraph, readSubgraphs } from '#schema/compose.ts';
import { createTestDatabase, type TestDatabase } from '#testing/postgres.ts';
import { waitFor } from '#testing/wait-for.ts';

type Running = { url: string; stop(): Promise<void> };
type Folder = {
  name: string;
  sdl: DocumentNode;
  config: ConfigShape;
  migrations: string;
  entities: EntitySchema[];
  publishes: readonly FactType[];
  hears: readonly FactType[];
  start(config: unknown, parts: Parts): Promise<Running>;
};

const logger = createLogger('test', 'silent');
const secret = 'contract-test-internal-token-secret';
const sources = readSubgraphs().filter(({ name }) => name !== 'events');
const folders = await Promise.all(sources.map(({ name, sdl }) => readFolder(name, sdl)));
const databases: TestDatabase[] = [];
const running = new Map<string, Running>();
const published: Message[] = [];

/** What a subgraph's folder says of itself, by the names that every folder uses. */
async function readFolder(name: string, sdl: string): Promise<Folder> {
  const [start, entities, events] = (await Promise.all([
    import(`./${name}/start.ts`),
    import(`./${name}/entities.ts`),
    import(`./${name}/events.ts`),
  ])) as Record<string, unknown>[];
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  // a folder without reactions exports an empty list; the others make theirs of their service, which is not asked here
  const hears =
    typeof events?.['hears'] === 'function'
      ? (events['hears'](new Proxy({}, { get: () => () => {} })) as Hearing[])
      : (events?.['hears'] as Hearing[]);
  return {
    name,
    sdl: parse(sdl),
    config: start?.[`${name}Config`] as ConfigShape,
    migrations: start?.['migrations'] as string,
    entities: entities?.['entities'] as EntitySchema[],
    publishes: events?.['publishes'] as FactType[],
    hears: hears.map((hearing) => hearing.type),
    start: start?.[`start${title}`] as Folder['start'],
  };
}

async function newDatabase(label: string): Promise<string> {
  const database = await createTestDatabase(label);
  databases.push(database);
  return database.url;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The log, with an ear on everything that is published. */
function overheard(log: EventLog): EventLog {
  return {
    ...log,
    publish(messages) {
      published.push(...messages);
      return log.publish(messages);
    },
  };
}

type Answer<Data> = { status: number; data?: Data; errors?: { message: string }[] };

async function ask<Data = Record<string, unknown>>(
  subgraph: string,
  identity: Identity,
  query: string,
  variables: object = {},
): Promise<Answer<Data>> {
  const response = await fetch(running.get(subgraph)?.url ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${signInternalToken(identity, secret)}` },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const guest: Identity = { kind: 'guest' };
const admin: Identity = { kind: 'user', userId: randomUUID(), role: 'ADMIN' };
const stranger: Identity = { kind: 'user', userId: randomUUID(), role: 'CUSTOMER' };
let owner: Identity = guest;
/** One thing of each type that exists, made by buying something. */
const examples = new Map<string, string>();

beforeAll(async () => {
  const eventLog = overheard(createInProcessLog());
  const ports = new Map(await Promise.all(folders.map(async ({ name }) => [name, await freePort()] as const)));
  const addresses = Object.fromEntries([...ports].map(([name, port]) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${port}/graphql`]));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const folder of folders) {
    const env = {
      ...addresses,
      PORT: String(ports.get(folder.name)),
      DATABASE_URL: await newDatabase(folder.name),
      PROVIDER_DATABASE_URL: await newDatabase('provider'),
      INTERNAL_TOKEN_SECRET: secret,
      ACCESS_TOKEN_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
    running.set(folder.name, await folder.start(loadConfig(folder.config, env), { eventLog, logger }));
  }
  await buySomething();
}, 60_000);

afterAll(async () => {
  await Promise.all([...running.values()].map((service) => service.stop()));
  await Promise.all(databases.map((database) => database.drop()));
}, 30_000);

async function buySomething(): Promise<void> {
  const registered = await ask<{ register: { session: { user: { id: string } } } }>(
    'user',
    guest,
    'mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { session { user { id } } } } }',
    {
      input: { email: 'someone@example.com', username: 'someone', password: 'a long enough password' },
    },
  );
  const userId = registered.data?.register.session.user.id ?? '';
  owner = { kind: 'user', userId, role: 'CUSTOMER' };
  const created = await ask<{ createProducts: { products: { id: string }[] } }>(
    'product',
    admin,
    'mutation ($input: CreateProductsInput!) { createProducts(input: $input) { ... on CreateProductsSuccess { products { id } } } }',
    {
      input: { products: [{ sku: 'TEA-1', name: 'Tea', category: 'Teas', price: 500, stock: 9 }] },
    },
  );
  const productId = created.data?.createProducts.products[0]?.id ?? '';
  const cart = await waitFor('the cart to know the product', async () => {
    const added = await ask<{ addToCart: { cart?: { id: string } } }>(
      'cart',
      owner,
      'mutation ($input: AddToCartInput!) { addToCart(input: $input) { ... on AddToCartSuccess { cart { id } } } }',
      { input: { productId, quantity: 2 } },
    );
    return added.data?.addToCart.cart;
  });
  const placed = await ask<{ placeOrder: { order: { id: string } } }>(
    'order',
    owner,
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on PlaceOrderSuccess { order { id } } } }',
    {
      input: {
        idempotencyKey: 'contract-test',
        paymentMethodId: 'card-ok',
        shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D1', country: 'VN' },
      },
    },
  );
  const orderId = placed.data?.placeOrder.order.id ?? '';
  const statusOf = async () =>
    (await ask<{ order: { status: string } }>('order', owner, 'query ($id: ID!) { order(id: $id) { status } }', { id: orderId })).data
      ?.order.status;
  await waitFor('the order to be paid', async () => (await statusOf()) === 'PAID', 15_000);
  const paid = await ask<{ _entities: { payment: { id: string } }[] }>(
    'payment',
    owner,
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { payment { id } } } }',
    { of: [{ __typename: 'Order', id: orderId }] },
  );
  for (const [type, id] of [
    ['User', userId],
    ['Product', productId],
    ['Cart', cart.id],
    ['Order', orderId],
    ['Payment', paid.data?._entities[0]?.payment.id ?? ''],
  ] as const)
    examples.set(type, id);
}

const keyOf = (type: ObjectTypeDefinitionNode) => type.directives?.find((directive) => directive.name.value === 'key');
const isResolvable = (key: DirectiveNode) =>
  !key.arguments?.some((argument) => argument.name.value === 'resolvable' && argument.value.kind === Kind.BOOLEAN && !argument.value.value);

/** The entities that a subgraph answers for: with all their fields, or by adding some to another's. */
function entitiesOf(folder: Folder): ObjectTypeDefinitionNode[] {
  return folder.sdl.definitions.filter((definition): definition is ObjectTypeDefinitionNode => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return false;
    const key = keyOf(definition);
    return key !== undefined && isResolvable(key);
  });
}

/** Which subgraph a type belongs to; the others that know it only add fields. */
const home: Record<string, string> = { User: 'user', Product: 'product', Cart: 'cart', Order: 'order', Payment: 'payment' };
/** What everybody may see. */
const isPublic = (type: string) => type === 'Product';

/** A selection that shows whether anything is given away: every field that needs no argument. */
function selectionOf(type: ObjectTypeDefinitionNode, document: DocumentNode): string {
  const composite = new Set(
    document.definitions.flatMap((definition) => (definition.kind === Kind.OBJECT_TYPE_DEFINITION ? [definition.name.value] : [])),
  );
  return (type.fields ?? [])
    .filter((field) => field.name.value !== 'id' && !field.arguments?.length)
    .map((field) => {
      let named = field.type;
      while (named.kind !== Kind.NAMED_TYPE) named = named.type;
      return composite.has(named.name.value) ? `${field.name.value} { __typename }` : field.name.value;
    })
    .join(' ');
}

async function entitiesAs(folder: Folder, type: ObjectTypeDefinitionNode, identity: Identity, ids: readonly string[]) {
  const name = type.name.value;
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${name} { id ${selectionOf(type, folder.sdl)} } } }`;
  const answer = await ask<{ _entities: (Record<string, unknown> | null)[] }>(folder.name, identity, query, {
    of: ids.map((id) => ({ __typename: name, id })),
  });
  return { errors: answer.errors, entities: answer.data?._entities };
}

const entityCases = folders.flatMap((folder) => entitiesOf(folder).map((type) => [folder.name, type.name.value, folder, type] as const));

describe.each(folders.map((folder) => [folder.name, folder] as const))('the subgraph %s', (name, folder) => {
  test('composes alone', () => {
    expect(() => buildSubgraphSchema([{ typeDefs: folder.sdl }] as never)).not.toThrow();
  });

  test('tells its SDL and nothing else to nobody but the gateway', async () => {
    const { data } = await ask<{ _service: { sdl: string } }>(name, guest, '{ _service { sdl } }');
    const open = await fetch(running.get(name)?.url ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ _service { sdl } }"}',
    });

    expect(data?._service.sdl).toContain('type ');
    expect(open.status).toBe(401);
  });

  test('has no drift between its migrations and its entities, forward and back', async () => {
    const database = await openDatabase({
      url: await newDatabase(`${name}_drift`),
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
  });

  test('says only facts that the contracts give to it', () => {
    expect(folder.publishes.filter((type) => contracts[type].publisher !== name)).toEqual([]);
  });

  test('hears only facts that somebody says', () => {
    const said = new Set(folders.flatMap(({ publishes }) => publishes));

    expect(folder.hears.filter((type) => !said.has(type))).toEqual([]);
  });
});

describe.each(entityCases)('%s answers for %s', (_, typeName, folder, type) => {
  const isHome = home[typeName] === folder.name;

  test('in the order asked, however often', async () => {
    const id = examples.get(typeName);
    if (id === undefined) throw new Error(`There is no example of ${typeName}: make one in buySomething().`);
    const unknown = randomUUID();
    const { errors, entities } = await entitiesAs(folder, type, owner, [unknown, id, id]);

    expect(errors).toBeUndefined();
    expect(entities?.slice(1).map((entity) => entity?.['id'])).toEqual([id, id]);
    if (isHome) expect(Object.values(entities?.[1] ?? {}).filter((value) => value !== null).length).toBeGreaterThan(1);
  });

  test('with null for what does not exist, and without an error', async () => {
    const { errors, entities } = await entitiesAs(folder, type, owner, [randomUUID(), 'nonsense']);

    expect(errors).toBeUndefined();
    expect(entities?.map((entity) => given(entity))).toEqual([null, null]);
  });

  test.each([
    ['a stranger', stranger],
    ['a guest', guest],
  ])('and gives nothing of it away to %s', async (__, identity) => {
    const id = examples.get(typeName) ?? '';
    const { errors, entities } = await entitiesAs(folder, type, identity, [id]);

    expect(errors).toBeUndefined();
    if (isPublic(typeName)) expect(entities?.[0]).toMatchObject({ id, stock: null });
    else expect(entities?.map((entity) => given(entity))).toEqual([null]);
  });
});

/** What an entity shows beside the key that was sent along: null for nothing at all. */
function given(entity: Record<string, unknown> | null): Record<string, unknown> | null {
  const shown = Object.entries(entity ?? {}).filter(([field, value]) => field !== 'id' && value !== null);
  return shown.length === 0 ? null : Object.fromEntries(shown);
}

describe('the subgraphs together', () => {
  test('compose', () => {
    expect(() => composeSupergraph(readSubgraphs())).not.toThrow();
  });

  test('say every fact of the contracts, each by one of them', () => {
    const said = folders.flatMap(({ publishes }) => publishes);

    expect(said.toSorted()).toEqual(Object.keys(contracts).toSorted());
  });

  test('published only what the contracts allow, in the name of its publisher', () => {
    const facts = published
      .filter((message) => message.value !== null)
      .map((message) => ({ ...readFact(message), source: message.headers['ce_source'], topic: message.topic }));

    for (const fact of facts) {
      expect(fact.source).toBe(`/${contracts[fact.type].publisher}`);
      expect(fact.topic).toBe(contracts[fact.type].topic);
      expect(contracts[fact.type].data.strict().safeParse(fact.data).success).toBe(true);
    }
    expect(new Set(facts.map((fact) => fact.type))).toEqual(
      new Set([
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

  test('carried one trace through the whole checkout', () => {
    const traces = new Set(
      published.filter((message) => message.topic === 'checkout').map((message) => message.headers['traceparent']?.slice(3, 35)),
    );

    expect(traces.size).toBe(1);
  });
});
