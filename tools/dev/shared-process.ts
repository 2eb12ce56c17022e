import { z } from 'zod';
import { consumerGroupOf } from '#kafka/consumer-groups.ts';
import type { EventLog } from '#kafka/event-log.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { openKafkaLog } from '#kafka/kafka/log.ts';
import { logExporterOf } from '#kafka/log-exporter.ts';
import { spanExporterOf } from '#kafka/span-exporter.ts';
import { loadConfig, variable } from '#platform/config.ts';
import { LogShipper, loggingConfig } from '#platform/log-shipper.ts';
import { createLogger, type Logger } from '#platform/logger.ts';
import { type Running, runProcess } from '#platform/service/process.ts';
import { type SeededSubgraph, seedShop } from '../seed/seed-shop.ts';
import { type LoadedService, loadService } from './load-service.ts';
import { services } from './services.ts';

const environments = z.record(z.string(), z.record(z.string(), z.string()));
const seeding = z.object({
  admin: z.object({ login: z.string(), password: z.string() }),
  customer: z.object({ email: z.string(), username: z.string(), password: z.string() }),
});

type Loaded = LoadedService & { readonly name: string };
type OpenLog = (name: string, logger: Logger) => EventLog;

/** One process that holds several services, each with the variables and the port that it has as a process of its own. */
await runProcess({
  name: 'services',
  config: {
    LOG_LEVEL: variable.logLevel(),
    /** The services have a log of this process between them, and no Kafka, when this is the folder where it keeps its dead letters. */
    LOG_FOLDER: z.string().optional(),
    KAFKA_BROKERS: variable.brokers().optional(),
    /** The variables of each service that is to run here, as JSON. */
    SERVICES: z.string().transform((text) => environments.parse(JSON.parse(text))),
    /** Whom the seed needs, as JSON: the catalogue is filled before the gateway starts, so that the shop is usable once it is ready. */
    SEED: z
      .string()
      .transform((text) => seeding.parse(JSON.parse(text)))
      .optional(),
  },
  async serve({ LOG_LEVEL: level, LOG_FOLDER: folder, KAFKA_BROKERS: brokers, SERVICES: variables, SEED: seed }) {
    const wanted = services.filter((service) => variables[service.name] !== undefined);
    const loaded = await Promise.all(wanted.map(async (service) => ({ name: service.name, ...(await loadService(service)) })));
    const logs: EventLog[] = [];
    const shippers: LogShipper[] = [];
    const openLog = folder === undefined ? onKafka(brokers ?? [], logs) : inProcess(folder, loaded, logs);
    const running: Running[] = [];
    const urls = new Map<string, string>();
    const stop = async () => {
      // stopped in reverse order, so that remaining services still handle events: the gateway started last and stops first
      if (folder === undefined) await Promise.all(running.map((service) => service.stop()));
      else for (const service of running.reverse()) await service.stop();
      await Promise.all(shippers.map((shipper) => shipper.stop()));
      await Promise.all(logs.map((log) => log.close()));
    };
    try {
      const start = async ({ name, start: startService }: Loaded) => {
        const env = variables[name] ?? {};
        const logShipper = loadConfig(loggingConfig, env).LOGS_EXPORTER === 'kafka' ? new LogShipper({ service: name }) : null;
        const logger = createLogger(name, level, logShipper);
        const eventLog = openLog(name, logger);
        if (logShipper) shippers.push(logShipper);
        logShipper?.start(logExporterOf(eventLog), logger);
        const started = await startService(env, { eventLog, logger, spanExporter: spanExporterOf(eventLog), logShipper });
        urls.set(name, started.url);
        running.push(started);
      };
      // services on Kafka owe each other nothing: none waits until another has found its database
      if (folder === undefined) await Promise.all(loaded.map(start));
      else
        for (const service of loaded) {
          if (service.name === 'gateway' && seed) await fillShelves(seed, urls, variables);
          await start(service);
        }
    } catch (error) {
      await stop();
      throw error;
    }
    return { stop };
  },
});

async function fillShelves(
  people: z.infer<typeof seeding>,
  urls: ReadonlyMap<string, string>,
  variables: z.infer<typeof environments>,
): Promise<void> {
  const url = (name: SeededSubgraph) => urls.get(name) ?? '';
  const internalTokenSecrets = variables['product']?.['INTERNAL_TOKEN_SECRET'] ?? '';
  await seedShop({ urls: { product: url('product'), cart: url('cart'), user: url('user') }, internalTokenSecrets, ...people });
}

/** Each service speaks with Kafka under its own name, as if it were alone. */
function onKafka(brokers: string[], logs: EventLog[]): OpenLog {
  return (name, logger) => {
    const log = openKafkaLog({ brokers, clientId: name, logger });
    logs.push(log);
    return log;
  };
}

function inProcess(folder: string, loaded: readonly Loaded[], logs: EventLog[]): OpenLog {
  // no event is published before all consumers have joined, so that none is missed
  const groups = loaded.filter(({ subscribes }) => subscribes.length > 0).map(({ name }) => consumerGroupOf(name));
  const log = createInProcessLog({ folder, groups });
  logs.push(log);
  return () => log;
}
