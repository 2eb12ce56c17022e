import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { partitionsOutOfSync } from '#kafka/kafka/replicas.ts';
import { createLogger } from '#platform/logger.ts';
import { collectedLogs, openDataFolder } from '../dev/data-folder.ts';
import { createRoles } from '../dev/database-roles.ts';
import { createDatabases } from '../dev/databases.ts';
import { type Environment, passwordOfRole } from '../dev/environment.ts';
import { type Infrastructure, type Program, startInfrastructure } from '../dev/infrastructure.ts';
import { findKafkaTools } from '../dev/kafka-programs.ts';
import { Problem } from '../dev/problem.ts';
import { findRedis } from '../dev/redis.ts';
import { type Credentials, credentialsOf, openSecrets } from '../dev/secrets.ts';
import { databaseNames, type ServiceName } from '../dev/services.ts';
import { createContext, type ShopContext } from '../dev/shop-context.ts';
import { choosePorts } from '../dev/shop-ports.ts';
import type { ComponentState } from '../dev/supervised-process.ts';
import { Supervisor } from '../dev/supervisor.ts';
import { type Member, memberOf } from './member.ts';
import { watchReadiness } from './readiness.ts';
import { chooseCopyPorts, createCopies, openProxies, startInTurn } from './start-services.ts';

export type StartCopiesOptions = {
  /** Holds all that the system keeps. */
  readonly dataDir: string;
  readonly brokers: number;
  /** Of every subgraph, and of the gateway. */
  readonly copies: number;
  /** Where mails go; the development inbox without it. */
  readonly smtpUrl?: string;
  /** Variables that replace ours. */
  readonly env?: Readonly<Partial<Record<ServiceName, Environment>>>;
  /** Ends a system that is still starting. */
  readonly signal?: AbortSignal;
  /** How each process is doing, by the name of its member. */
  onState?(name: string, state: ComponentState): void;
  /** A warning, or worse, of a process. */
  onProblem?(name: string, message: string): void;
};

/** A shop of which everything runs several times, on this machine. */
export type Copies = {
  /** Addresses of the graph: each leads to a gateway of its own, and to another one while that is not ready. */
  readonly entrances: readonly string[];
  /** Of the server; the databases are `marigold_order` and so on. */
  readonly postgresUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly credentials: Credentials;
  /** All that can be stopped, killed and started again: the brokers, postgres, redis, then each copy of each service. */
  readonly members: readonly Member[];
  /** Ends everything. */
  stop(): Promise<void>;
};

/** Longer than a service takes at the most, which is 4.5 s (platform/service/process.ts). */
const serviceStopsWithinMs = 6000;
const programStopsWithinMs = 30_000;
const inSyncWithinMs = 60_000;

/**
 * Starts PostgreSQL, Redis, a Kafka of several brokers, and several copies of every subgraph and of the gateway, on free ports and with data of
 * their own. When it rejects, nothing is left running.
 * @throws Problem with one sentence when the machine is in the way.
 */
export async function startCopies(options: StartCopiesOptions): Promise<Copies> {
  assertPrograms();
  const folder = openDataFolder(options.dataDir, { reset: false });
  const supervisor = new Supervisor();
  const ends: (() => Promise<void> | void)[] = [() => folder.close(), () => supervisor.stop()];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  const interrupted = () => void stop();
  options.signal?.addEventListener('abort', interrupted, { once: true });
  try {
    const secrets = openSecrets(folder.path);
    const shop = createContext({ options: shopOptions(options), folder, ports: await choosePorts('free'), secrets });
    const { members, infrastructure } = await startPrograms(shop, supervisor, options);
    const copies = await startServices(shop, supervisor, infrastructure, options, ends);
    options.signal?.throwIfAborted();
    return {
      entrances: copies.entrances.map((port) => `http://127.0.0.1:${port}/graphql`),
      postgresUrl: infrastructure.postgresUrl,
      kafkaBrokers: infrastructure.kafkaBrokers ?? [],
      credentials: credentialsOf(secrets),
      members: [...members, ...copies.members],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', interrupted);
  }
}

/** @throws Problem in one sentence: without them there would be one process, or limits that are not shared. */
function assertPrograms(): void {
  const tools = findKafkaTools();
  if ('missing' in tools) throw new Problem(`Several copies need Apache Kafka, which cannot be run here: ${tools.missing} was not found.`);
  if (findRedis() === null) throw new Problem('Several copies share their limits through Redis, and redis-server was not found.');
}

function shopOptions({ dataDir, brokers, onProblem }: StartCopiesOptions): ShopContext['options'] {
  return { dataDir, brokers, seed: false, onProblem: (name, { message }) => onProblem?.(name, message) };
}

async function startPrograms(shop: ShopContext, supervisor: Supervisor, { onState }: StartCopiesOptions) {
  const programs = new Map<string, Program>();
  const infrastructure = await startInfrastructure(shop, supervisor, (name, program) => programs.set(name, program));
  const { kafkaBrokers, postgresUrl } = infrastructure;
  if (kafkaBrokers === null) throw new Problem('Apache Kafka did not start.');
  const inShop = databaseNames.map((name) => `marigold_${name}`);
  await createDatabases(postgresUrl, inShop, false);
  await createRoles(postgresUrl, inShop, (role) => passwordOfRole(shop.secrets, role));
  const members = [...programs].map(([name, process]) => {
    onState?.(name, { is: 'ready', pid: process.current()?.pid ?? 0 });
    const settled = name.startsWith('kafka') ? () => untilInSync(kafkaBrokers) : undefined;
    return memberOf({ name, process, stopWithinMs: programStopsWithinMs, ...(settled ? { settled } : {}) });
  });
  return { members, infrastructure };
}

async function startServices(
  shop: ShopContext,
  supervisor: Supervisor,
  infrastructure: Infrastructure,
  options: StartCopiesOptions,
  ends: (() => Promise<void> | void)[],
): Promise<{ entrances: readonly number[]; members: Member[] }> {
  const ports = await chooseCopyPorts(options.copies);
  const proxies = await openProxies(ports);
  // closed when nobody calls through them any more
  ends.splice(1, 0, async () => void (await Promise.all([...proxies.values()].flat().map((proxy) => proxy.stop()))));
  const addresses = {
    ...infrastructure,
    databasePrefix: 'marigold',
    publicUrl: `http://127.0.0.1:${ports.calls.gateway}`,
    playgroundKey: randomBytes(24).toString('base64url'),
    smtpUrl: options.smtpUrl ?? `smtp://127.0.0.1:${shop.ports.smtp}`,
  };
  const copies = createCopies(
    {
      ...{ shop, ports, secrets: shop.secrets, env: options.env ?? {} },
      addresses: (number) => ({ ...addresses, logsFolder: `${collectedLogs(shop.folder.path)}-${number}` }),
      onState: (name, state) => options.onState?.(name, state),
    },
    proxies,
  );
  await startInTurn(copies, supervisor);
  const probes = watchReadiness(copies);
  ends.push(() => probes.stop());
  const members = copies.map((copy) =>
    memberOf({ name: copy.name, process: copy.process, stopWithinMs: serviceStopsWithinMs, beforeStop: () => copy.leave() }),
  );
  return { entrances: ports.entrances, members };
}

/** Until then another broker must not be taken away: what it alone has would be away with it. */
async function untilInSync(brokers: readonly string[]): Promise<void> {
  const client = { brokers: [...brokers], clientId: 'copies', logger: createLogger('copies', 'silent') };
  const late = Date.now() + inSyncWithinMs;
  let behind = ['nothing was answered'];
  while (Date.now() < late) {
    behind = await partitionsOutOfSync(client).catch(() => behind);
    if (behind.length === 0) return;
    await sleep(200);
  }
  throw new Error(`After ${inSyncWithinMs / 1000} s Kafka is not in sync: ${behind.slice(0, 5).join(', ')}.`);
}
