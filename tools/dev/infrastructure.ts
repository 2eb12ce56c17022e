import { join } from 'node:path';
import { assertServer } from './databases.ts';
import { type KafkaOptions, type RunningKafka, startKafka } from './kafka.ts';
import { planKafkaCluster } from './kafka-settings.ts';
import { startMailInbox } from './mail-inbox.ts';
import { type RunningPostgres, startPostgres } from './postgres.ts';
import { Problem } from './problem.ts';
import { answersPing, findRedis, startRedis } from './redis.ts';
import type { ShopContext } from './shop-context.ts';
import { type RunningComponent, type SupervisedProcess, superviseProcess } from './supervised-process.ts';
import type { Supervisor } from './supervisor.ts';

/** What the services stand on, and where it is. */
export type Infrastructure = {
  readonly postgresUrl: string;
  /** Null: there is none, and the services share one process. */
  readonly kafkaBrokers: readonly string[] | null;
  readonly redisUrl: string | null;
};

export type Program = SupervisedProcess<RunningComponent>;

/**
 * Brings up what the services need, all at once. `onProgram` is called with each program that is started for it: postgres, redis, mail, kafka; or
 * of several brokers kafka-1 and so on.
 */
export async function startInfrastructure(
  shop: ShopContext,
  supervisor: Supervisor,
  onProgram: (name: string, program: Program) => void = () => undefined,
): Promise<Infrastructure> {
  const add: Add = (name, program) => {
    onProgram(name, program);
    return supervisor.add(program, 'infrastructure');
  };
  const [postgresUrl, kafkaBrokers, redisUrl] = await Promise.all([
    startDatabase(shop, add),
    startBrokers(shop, add),
    startCache(shop, add),
    startInbox(shop, add),
  ]);
  return { postgresUrl, kafkaBrokers, redisUrl };
}

type Add = (name: string, program: Program) => Promise<void>;

async function startDatabase({ options, folder, ports, component }: ShopContext, add: Add): Promise<string> {
  const { note, onState } = component('PostgreSQL');
  if (options.postgresUrl !== undefined) {
    await assertServer(options.postgresUrl);
    onState({ is: 'ready', pid: 0 }, `${new URL(options.postgresUrl).host} (POSTGRES_URL)`);
    return options.postgresUrl;
  }
  const dataDir = join(folder.path, 'postgres');
  const place = ({ folder }: RunningPostgres) => (folder === dataDir ? '' : `; its data is in ${folder}, which its account can reach`);
  const kept: SupervisedProcess<RunningPostgres> = superviseProcess({
    name: 'PostgreSQL',
    launch: () => startPostgres({ dataDir, port: ports.postgres, onProgress: note }),
    readyWithinMs: 60_000,
    onState(state) {
      const running = kept.current();
      onState(state, `PostgreSQL 18, port ${ports.postgres}${running ? place(running) : ''}`);
    },
  });
  await add('postgres', kept);
  return kept.current()?.url ?? '';
}

/** Without Java or Maven the services share one process, and the reason is shown. */
async function startBrokers(shop: ShopContext, add: Add): Promise<readonly string[] | null> {
  const { options, component } = shop;
  const { onState, absent } = component('Kafka');
  if (options.kafka === false) return absent('not wanted: the services share one process and its log');
  if (options.kafkaBrokers !== undefined) {
    onState({ is: 'ready', pid: 0 }, `${options.kafkaBrokers.join(', ')} (KAFKA_BROKERS)`);
    return options.kafkaBrokers;
  }
  return orWithout(shop, absent, 'the services share one process and its log', async () => {
    const brokers = await brokersOf(shop);
    // of several, none is ready before most of them are
    await Promise.all([...brokers].map(([name, broker]) => add(name, broker)));
    return [...brokers.values()].flatMap((broker) => broker.current()?.brokers ?? []);
  });
}

type Broker = SupervisedProcess<RunningKafka>;

async function brokersOf(shop: ShopContext): Promise<ReadonlyMap<string, Broker>> {
  const { brokers = 1 } = shop.options;
  const dataDir = join(shop.folder.path, 'kafka');
  if (brokers === 1) return new Map([['kafka', superviseBroker(shop, 'kafka', { dataDir, port: shop.ports.kafka })]]);
  const cluster = await planKafkaCluster(brokers);
  const nodes = cluster.nodes.map(({ id, port }) => ({ dataDir: join(dataDir, String(id)), port, node: { id, cluster } }));
  return new Map(nodes.map((node) => [`kafka-${node.node.id}`, superviseBroker(shop, `kafka-${node.node.id}`, node)]));
}

function superviseBroker({ folder, component }: ShopContext, name: string, options: KafkaOptions & { port: number }): Broker {
  const { note, onState } = component('Kafka');
  return superviseProcess({
    name: 'Kafka',
    async launch() {
      const running = await startKafka({ ...options, onProgress: note });
      folder.remember(name, running.pid);
      return running;
    },
    readyWithinMs: 12 * 60_000,
    onState: (state) => onState(state, `Apache Kafka, port ${options.port}`),
  });
}

/** An optional component that fails does not stop the start: it is shown as absent with the reason. */
async function orWithout<T>(
  { options }: ShopContext,
  absent: (why: string) => null,
  instead: string,
  start: () => Promise<T>,
): Promise<T | null> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Problem) || options.signal?.aborted) throw error;
    return absent(`${error.message.replace(/\.$/, '')}; ${instead}`);
  }
}

async function startCache(shop: ShopContext, add: Add): Promise<string | null> {
  const { options, folder, ports, component } = shop;
  const { onState, absent } = component('Redis');
  if (options.redisUrl !== undefined) {
    const { hostname, port } = new URL(options.redisUrl);
    const answers = await answersPing(hostname, Number(port || 6379));
    onState(
      { is: 'ready', pid: 0 },
      answers ? `${hostname} (REDIS_URL)` : `${hostname} (REDIS_URL) does not answer yet; it is used when it does`,
    );
    return options.redisUrl;
  }
  const program = findRedis();
  if (program === null) return absent('not on this machine: caches and limits are in process');
  const kept = superviseProcess({
    name: 'Redis',
    async launch(signal) {
      const running = await startRedis({ program, port: ports.redis, logFile: join(folder.path, 'logs', 'redis.log') }, signal);
      folder.remember('redis', running.pid);
      return running;
    },
    onState: (state) => onState(state, `${program}, port ${ports.redis}`),
    readyWithinMs: 10_000,
  });
  return orWithout(shop, absent, 'caches and limits are in process', async () => {
    await add('redis', kept);
    return `redis://127.0.0.1:${ports.redis}`;
  });
}

async function startInbox({ folder, ports, component }: ShopContext, add: Add): Promise<void> {
  const { onState } = component('mail inbox');
  const kept = superviseProcess({
    name: 'The mail inbox',
    launch: () => startMailInbox({ uiPort: ports.inbox, smtpPort: ports.smtp, folder: join(folder.path, 'mail') }),
    readyWithinMs: 30_000,
    onState: (state) => onState(state, `maildev, http://localhost:${ports.inbox}`),
  });
  await add('mail', kept);
}
