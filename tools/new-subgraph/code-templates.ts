import type { Names } from './names.ts';

export const entitiesTemplate = ({ pascal, snakePlural, words }: Names): string => `import { defineEntity, p } from '@mikro-orm/postgresql';
import { eventLogEntities } from '#kafka/tables.ts';

/** One ${words}; the product it belongs to is another subgraph's. */
export const ${pascal} = defineEntity({
  name: '${pascal}',
  tableName: '${snakePlural}',
  checks: [{ name: '${snakePlural}_text_check', expression: '((length(text) >= 1) AND (length(text) <= 1000))' }],
  properties: {
    id: p.uuid().primary(),
    productId: p.uuid().index('${snakePlural}_product_id_index'),
    text: p.text(),
    createdAt: p.datetime(3).defaultRaw('now()'),
  },
});

export const entities = [${pascal}, ...eventLogEntities];
`;

export const migrationTemplate = ({ snakePlural }: Names): string => `import { Migration } from '@mikro-orm/migrations';

export class Init extends Migration {
  override up(): void {
    this.addSql(\`
      CREATE TABLE ${snakePlural} (
        id uuid NOT NULL,
        product_id uuid NOT NULL,
        text text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (id),
        CONSTRAINT ${snakePlural}_text_check CHECK (length(text) >= 1 AND length(text) <= 1000)
      )\`);
    this.addSql('CREATE INDEX ${snakePlural}_product_id_index ON ${snakePlural} (product_id)');
    this.addSql(
      'CREATE TABLE outbox (id bigserial PRIMARY KEY, topic text NOT NULL, key text NOT NULL, headers jsonb NOT NULL, value text, created_at timestamptz(3) NOT NULL DEFAULT now(), refused_because text) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)',
    );
    this.addSql(
      'CREATE TABLE inbox (consumer text NOT NULL, event_id text NOT NULL, handled_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (consumer, event_id))',
    );
    this.addSql('CREATE INDEX inbox_handled_at_index ON inbox (handled_at)');
  }

  override down(): void {
    this.addSql('DROP TABLE inbox, outbox, ${snakePlural}');
  }
}
`;

export const domainTemplate = ({ words }: Names): string => `export const longestText = 1000;

/** The text of a ${words} as it is kept: no spaces at the ends of lines, and one empty line at most between two paragraphs. */
export function tidyText(text: string): string {
  return text
    .replaceAll(/[^\\S\\n]+$/gm, '')
    .replaceAll(/\\n{3,}/g, '\\n\\n')
    .trim();
}
`;

export const dependenciesTemplate = ({
  pascal,
  wordsPlural,
}: Names): string => `import type { Database } from '#platform/postgres/database.ts';

/** What commands and queries of ${wordsPlural} are given. */
export type ${pascal}Dependencies = { readonly database: Database };
`;

export const queriesTemplate = ({ pascal, camelPlural, snakePlural, words }: Names): string => `import { isId } from '#platform/ids.ts';
import type { ${pascal}Dependencies } from './dependencies.ts';

export type ${pascal} = { id: string; productId: string; text: string; createdAt: Date };

export type ${pascal}Row = { id: string; productId: string; text: string; createdAt: string };

export const columns = 'id, product_id AS "productId", text, created_at AS "createdAt"';
const select${pascal}s = \`SELECT \${columns} FROM ${snakePlural} WHERE id = ANY($1::uuid[])\`;

/** In one statement, in the order of the ids; null where there is no ${words}. They are public. */
export async function find${pascal}s({ database }: ${pascal}Dependencies, ids: readonly string[]): Promise<(${pascal} | null)[]> {
  const { rows } = await database.query<${pascal}Row>(select${pascal}s, [ids.filter(isId)]);
  const ${camelPlural} = new Map(rows.map((row) => [row.id, to${pascal}(row)]));
  return ids.map((id) => ${camelPlural}.get(id.toLowerCase()) ?? null);
}

export const to${pascal} = ({ createdAt, ...row }: ${pascal}Row): ${pascal} => ({ ...row, createdAt: new Date(createdAt) });
`;

export const commandTemplate = ({ camel, pascal, snakePlural, words }: Names): string => `import { z } from 'zod';
import { assertUser, type Identity } from '#platform/auth.ts';
import { newId } from '#platform/ids.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { ${pascal}Dependencies } from '../dependencies.ts';
import { longestText, tidyText } from '../domain.ts';
import { columns, type ${pascal}, type ${pascal}Row, to${pascal} } from '../queries.ts';

const add${pascal}Input = z.object({ productId: inputField.id(), text: inputField.text(1, longestText).transform(tidyText) });

export type Add${pascal}Result = { ${camel}: ${pascal} } | InvalidInput;

const insert${pascal} = \`INSERT INTO ${snakePlural} (id, product_id, text) VALUES ($1, $2, $3) RETURNING \${columns}\`;

/** Adds a ${words}. @throws AppError UNAUTHENTICATED for a guest. */
export async function add${pascal}({ database }: ${pascal}Dependencies, identity: Identity, input: unknown): Promise<Add${pascal}Result> {
  assertUser(identity);
  const parsed = parseInput(add${pascal}Input, input);
  if (!parsed.ok) return parsed.error;
  const { productId, text } = parsed.value;
  const { rows } = await database.query<${pascal}Row>(insert${pascal}, [newId(), productId, text]);
  const [row] = rows;
  if (row === undefined) throw new Error('The insert returned no row.');
  return { ${camel}: to${pascal}(row) };
}
`;

export const loadersTemplate = ({ pascal, camelPlural }: Names): string => `import DataLoader from 'dataloader';
import type { ${pascal}Dependencies } from './dependencies.ts';
import { find${pascal}s, type ${pascal} } from './queries.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** One set for each request: what it asks for one by one is read together. */
export function createLoaders(deps: ${pascal}Dependencies) {
  return {
    ${camelPlural}: new DataLoader<string, ${pascal} | null>((ids) => find${pascal}s(deps, ids)),
  };
}
`;

export const resolversTemplate = ({
  kebab,
  camel,
  pascal,
  camelPlural,
  wordsPlural,
}: Names): string => `import { assertId } from '#platform/input.ts';
import type { RequestContext } from '#platform/service/graphql-endpoint.ts';
import { add${pascal} } from './commands/add-${kebab}.ts';
import type { ${pascal}Dependencies } from './dependencies.ts';
import type { Loaders } from './loaders.ts';
import type { Resolvers } from './schema.types.ts';

export type Context = RequestContext<Loaders>;

/** The graph of ${wordsPlural}, on top of their commands and queries. */
export function createResolvers(deps: ${pascal}Dependencies): Resolvers {
  return {
    Query: {
      ${camel}: (_, { id }, { loaders }) => loaders.${camelPlural}.load(assertId(id, 'id')),
    },
    Mutation: {
      add${pascal}: (_, { input }, { identity }) => add${pascal}(deps, identity, input),
    },
    ${pascal}: {
      __resolveReference: ({ id }, { loaders }) => loaders.${camelPlural}.load(id),
      product: ({ productId }) => ({ id: productId }),
    },
  };
}
`;

export const modelsTemplate = ({ kebab, pascal }: Names): string => `{
  "${pascal}": "./queries.ts#${pascal}",
  "Add${pascal}Result": "./commands/add-${kebab}.ts#Add${pascal}Result",
  "Product": "{ id: string }"
}
`;

export const eventsTemplate = (): string => `import type { EventHandler } from '#kafka/consumer.ts';
import type { EventType } from '#kafka/contracts.ts';

/** The events that this subgraph publishes: none yet. Each is enqueued in the transaction that makes it true. */
export const publishes = [] as const satisfies readonly EventType[];

/** What it subscribes to: nothing yet; the handlers will be in event-handlers.ts. Each event may come twice, and in any order. */
export function subscribes(): EventHandler[] {
  return [];
}
`;

export const appTemplate = ({ kebab, camel, pascal }: Names, port: number): string => `import { fileURLToPath } from 'node:url';
import { eventWorkersOf, type ServiceContext } from '#kafka/event-worker.ts';
import type { ConfigOf } from '#platform/config.ts';
import { startSubgraph, subgraphConfig } from '#platform/service/start-subgraph.ts';
import { readSubgraphSchema } from '#schema/common-types.ts';
import type { ${pascal}Dependencies } from './dependencies.ts';
import { entities } from './entities.ts';
import { subscribes } from './events.ts';
import { createLoaders } from './loaders.ts';
import { createResolvers } from './resolvers.ts';

export const ${camel}Config = subgraphConfig(${port});

export const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

export function start${pascal}(config: ConfigOf<typeof ${camel}Config>, context: ServiceContext) {
  return startSubgraph({
    name: '${kebab}',
    config,
    context,
    entities,
    migrations,
    openEventWorker: eventWorkersOf(context.eventLog),
    typeDefs: readSubgraphSchema(new URL('./schema.graphql', import.meta.url)),
    create({ database }) {
      const deps: ${pascal}Dependencies = { database };
      return {
        resolvers: createResolvers(deps),
        createLoaders: () => createLoaders(deps),
        subscribes: subscribes(),
        minFetchIntervalMs: 100,
      };
    },
  });
}
`;

export const mainTemplate = ({ kebab, camel, pascal }: Names): string => `import { kafkaEventLog } from '#kafka/kafka/log.ts';
import { runService } from '#platform/service/run-service.ts';
import { ${camel}Config, migrations, start${pascal} } from './app.ts';
import { entities } from './entities.ts';

await runService({ name: '${kebab}', config: ${camel}Config, start: start${pascal}, eventLog: kafkaEventLog, entities, migrations });
`;
