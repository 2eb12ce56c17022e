import type { EntitySchema } from '@mikro-orm/postgresql';
import { type ConfigOf, type ConfigShape, variable } from '#platform/config.ts';
import type { Logger } from '#platform/logger.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { type Running, runProcess } from '#platform/service/process.ts';
import type { EventLog } from './event-log.ts';
import { openKafkaLog } from './kafka/log.ts';

/** What a service is given by the process it runs in: a process holds one service, or all of them over one in-process log. */
export type ServiceContext = { readonly eventLog: EventLog; readonly logger: Logger };

export type ServiceDefinition<Shape extends ConfigShape> = {
  name: string;
  /** Without KAFKA_BROKERS: that is the process's. Must have LOG_LEVEL, and with tables DATABASE_URL. */
  config: Shape;
  start(config: ConfigOf<Shape>, context: ServiceContext): Promise<Running>;
} & (Tables | WithoutTables);

// biome-ignore lint/suspicious/noExplicitAny: MikroORM's own type for a list of unrelated entities
type DatabaseTables = { entities: EntitySchema<any>[]; migrations: string };
type Tables = DatabaseTables & {
  /** Databases besides that of DATABASE_URL, by the variables with their addresses. */
  moreDatabases?: Readonly<Record<string, DatabaseTables>>;
};
type WithoutTables = { entities?: never; migrations?: never };

/** The process of one service: it serves, or when it has tables, with `migrate` it brings its schema up to date. */
export function runService<Shape extends ConfigShape>(definition: ServiceDefinition<Shape>): Promise<void> {
  return runProcess({
    name: definition.name,
    config: { ...definition.config, KAFKA_BROKERS: variable.brokers() },
    async serve(config, logger) {
      const { KAFKA_BROKERS: brokers } = config as unknown as { KAFKA_BROKERS: string[] };
      const eventLog = openKafkaLog({ brokers, clientId: definition.name, logger });
      const running = await definition.start(config as unknown as ConfigOf<Shape>, { eventLog, logger });
      return {
        async stop() {
          await running.stop();
          await eventLog.close();
        },
      };
    },
    ...(definition.migrations === undefined ? {} : { commands: commandsOf(definition) }),
  });
}

type Commands = Readonly<Record<string, (config: unknown, logger: Logger, args: string[]) => Promise<void>>>;

function commandsOf({ entities, migrations, moreDatabases = {} }: Tables): Commands {
  const all = Object.entries({ DATABASE_URL: { entities, migrations }, ...moreDatabases });
  return {
    async migrate(config, logger) {
      const urls = config as Readonly<Record<string, string>>;
      for (const [variableName, tables] of all) {
        const database = await openDatabase({ ...tables, url: urls[variableName] ?? '', poolSize: 2, logger });
        const applied = await database.migrate();
        process.stdout.write(applied.length === 0 ? 'Nothing to apply.\n' : `Applied: ${applied.join(', ')}\n`);
        await database.close();
      }
    },
  };
}
