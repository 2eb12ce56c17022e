import type { EntitySchema } from '@mikro-orm/postgresql';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { ConfigOf, ConfigShape } from '../config.ts';
import type { LogExporter, LogShipper } from '../log-shipper.ts';
import type { Logger } from '../logger.ts';
import { openDatabase } from '../postgres/database.ts';
import { type Running, runProcess } from './process.ts';

/** What a service is given by the process it runs in: a process holds one service, or all of them over one in-process log. */
export type Context<EventLog> = {
  readonly eventLog: EventLog;
  readonly logger: Logger;
  /** Exports spans to the event log. */
  readonly spanExporter?: SpanExporter;
  /** Sends the records of `logger` on; null or absent when they go to standard error alone. */
  readonly logShipper?: LogShipper | null;
};

/** How a process opens its event log. */
export type EventLogDefinition<Shape extends ConfigShape, EventLog> = {
  /** The variables with which it is reached. */
  readonly config: Shape;
  open(config: ConfigOf<Shape>, clientId: string, logger: Logger): EventLog;
  spanExporter(eventLog: EventLog): SpanExporter;
  logExporter(eventLog: EventLog): LogExporter;
};

export type ServiceDefinition<Shape extends ConfigShape, EventLog> = {
  name: string;
  /** Without those of the event log. Must have LOG_LEVEL, and with tables DATABASE_URL. */
  config: Shape;
  start(config: ConfigOf<Shape>, context: Context<EventLog>): Promise<Running>;
} & (Tables | WithoutTables);

// biome-ignore lint/suspicious/noExplicitAny: MikroORM's own type for a list of unrelated entities
type DatabaseTables = { entities: EntitySchema<any>[]; migrations: string };
type Tables = DatabaseTables & {
  /** Databases besides that of DATABASE_URL, by the variables with their addresses. */
  moreDatabases?: Readonly<Record<string, DatabaseTables>>;
};
type WithoutTables = { entities?: never; migrations?: never };

/** The process of one service: it serves, or when it has tables, with `migrate` it brings its schema up to date. */
export function runService<Shape extends ConfigShape, LogShape extends ConfigShape, EventLog extends { close(): Promise<void> }>(
  definition: ServiceDefinition<Shape, EventLog> & { eventLog: EventLogDefinition<LogShape, EventLog> },
): Promise<void> {
  return runProcess({
    name: definition.name,
    config: { ...definition.config, ...definition.eventLog.config },
    async serve(config, logger, logShipper) {
      const eventLog = definition.eventLog.open(config as unknown as ConfigOf<LogShape>, definition.name, logger);
      const spanExporter = definition.eventLog.spanExporter(eventLog);
      logShipper?.start(definition.eventLog.logExporter(eventLog), logger);
      const running = await definition.start(config as unknown as ConfigOf<Shape>, { eventLog, logger, spanExporter, logShipper });
      return {
        async stop() {
          await running.stop();
          await logShipper?.stop();
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
      const texts = config as Readonly<Record<string, string>>;
      for (const [variableName, tables] of all) {
        const database = await openDatabase({
          ...tables,
          url: texts[variableName] ?? '',
          tlsCa: texts['DATABASE_TLS_CA'],
          poolSize: 2,
          logger,
        });
        const applied = await database.migrate();
        process.stdout.write(applied.length === 0 ? 'Nothing to apply.\n' : `Applied: ${applied.join(', ')}\n`);
        await database.close();
      }
    },
  };
}
