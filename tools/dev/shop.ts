import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type SeededSubgraph, seedShop } from '../seed/seed-shop.ts';
import { prepareBrowserPages } from './browser-pages.ts';
import { collectedLogs, openDataFolder } from './data-folder.ts';
import { createRoles } from './database-roles.ts';
import { createDatabases } from './databases.ts';
import { type Addresses, environmentOf, mapServices, passwordOfRole } from './environment.ts';
import { startInfrastructure } from './infrastructure.ts';
import { missingFor, seededServices } from './missing-services.ts';
import { type Credentials, credentialsOf, openSecrets, writePrivate } from './secrets.ts';
import { databaseNames, type ServiceName } from './services.ts';
import { createContext, type ShopContext, type ShopOptions } from './shop-context.ts';
import { choosePorts } from './shop-ports.ts';
import { startServices } from './start-services.ts';
import type { RunningComponent, SupervisedProcess } from './supervised-process.ts';
import { Supervisor } from './supervisor.ts';

/** One service of a running shop. Without Kafka all share one process: what happens to one then happens to all. */
export type ShopService = {
  /** Null between two lives. */
  readonly pid: number | null;
  /** Of its server: http://127.0.0.1:4001 */
  readonly url: string;
  /** For operators: http://127.0.0.1:4051 */
  readonly adminUrl: string;
  /** Kills the process, as from outside: it is started again. */
  kill(signal: NodeJS.Signals): void;
  /** Ends it until `start`. */
  stop(): Promise<void>;
  /** Resolves when it is ready. */
  start(): Promise<void>;
};

export type Shop = {
  /** Of the graph: http://localhost:4000/graphql */
  readonly gatewayUrl: string;
  /** Opens the playground with its accounts, in a browser on this machine; good until the shop stops. */
  readonly playgroundUrl: string;
  readonly mailUrl: string;
  /** Of the server; the databases are `${databasePrefix}_order` and so on. */
  readonly postgresUrl: string;
  /** Null: the services share one process and its log. */
  readonly kafkaBrokers: readonly string[] | null;
  readonly redisUrl: string | null;
  readonly credentials: Credentials;
  /** What does not work because not all services run: one sentence each. */
  readonly missing: readonly string[];
  isRunning(name: ServiceName): boolean;
  service(name: ServiceName): ShopService;
  /** Ends these services and starts them from the sources of now, each process once; resolves when they are ready. */
  restart(names: readonly ServiceName[]): Promise<void>;
  /** Ends everything within five seconds; what it kept stays in the data folder. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  kill(): void;
};

/**
 * Starts a whole shop on this machine and resolves when one can buy in it. Several run beside each other when each has its own data folder
 * and `ports: 'free'`. When it rejects, nothing is left running.
 * @throws Problem with one sentence when the machine is in the way.
 */
export async function startShop(options: ShopOptions): Promise<Shop> {
  options.signal?.throwIfAborted();
  const folder = openDataFolder(options.dataDir, { reset: options.reset ?? false });
  const supervisor = new Supervisor();
  const end = async () => {
    await supervisor.stop();
    rmSync(join(folder.path, 'run.json'), { force: true });
    folder.close();
  };
  const interrupted = () => void end();
  options.signal?.addEventListener('abort', interrupted, { once: true });
  try {
    mkdirSync(join(folder.path, 'logs'), { recursive: true });
    const secrets = openSecrets(folder.path);
    const ports = await choosePorts(options.ports ?? {});
    const shop = createContext({ options, folder, ports, secrets });
    const addresses = await prepare(shop, supervisor);
    const started = await startServices(shop, supervisor, environmentOfServices(shop, addresses), () => fillCatalogue(shop));
    const running = describe(shop, addresses, started.processes);
    const note = () => writeRun(folder.path, running);
    note();
    // a service that was started again has another process
    started.onRestart(note);
    options.signal?.throwIfAborted();
    return { ...running, stop: end, kill: () => supervisor.kill() };
  } catch (error) {
    await end();
    throw options.signal?.aborted ? new Error('The shop was stopped while it started.', { cause: error }) : error;
  } finally {
    options.signal?.removeEventListener('abort', interrupted);
  }
}

/** Brings up what the services stand on, and makes their databases. */
async function prepare(shop: ShopContext, supervisor: Supervisor): Promise<Addresses> {
  const { options, ports } = shop;
  const [infrastructure] = await Promise.all([startInfrastructure(shop, supervisor), prepareBrowserPages(shop)]);
  const databasePrefix = options.databasePrefix ?? 'marigold';
  const inDatabase = (name: string) => `${databasePrefix}_${name}`;
  await createDatabases(infrastructure.postgresUrl, databaseNames.map(inDatabase), options.reset ?? false);
  await createRoles(infrastructure.postgresUrl, databaseNames.map(inDatabase), (role) => passwordOfRole(shop.secrets, role));
  return {
    ports,
    ...infrastructure,
    databasePrefix,
    publicUrl: `http://localhost:${ports.gateway}`,
    playgroundKey: randomBytes(24).toString('base64url'),
    smtpUrl: `smtp://127.0.0.1:${ports.smtp}`,
    logsFolder: collectedLogs(shop.folder.path),
  };
}

function environmentOfServices({ options, secrets }: ShopContext, addresses: Addresses) {
  const ours = environmentOf(addresses, secrets);
  return mapServices((name) => ({ ...ours[name], ...options.env?.[name] }));
}

type Running = Omit<Shop, 'stop' | 'kill'>;

/** Who saved a file waits for it: what is under way then is finished by the next process, as after a crash. */
const restartWithinMs = 400;

function describe(
  { ports, secrets, members }: ShopContext,
  addresses: Addresses,
  processes: Readonly<Partial<Record<ServiceName, SupervisedProcess<RunningComponent>>>>,
): Running {
  return {
    gatewayUrl: `${addresses.publicUrl}/graphql`,
    playgroundUrl: `${addresses.publicUrl}/playground/enter/${addresses.playgroundKey}`,
    mailUrl: `http://localhost:${ports.inbox}`,
    postgresUrl: addresses.postgresUrl,
    kafkaBrokers: addresses.kafkaBrokers,
    redisUrl: addresses.redisUrl,
    credentials: credentialsOf(secrets),
    missing: missingFor(members),
    async restart(names) {
      const components = new Set(names.flatMap((name) => processes[name] ?? []));
      await Promise.all(
        [...components].map(async (component) => {
          await component.stop(restartWithinMs);
          await component.start();
        }),
      );
    },
    isRunning: (name) => members.includes(name),
    service(name) {
      const component = () => {
        const found = processes[name];
        if (found === undefined) throw new Error(`${name} does not run in this shop.`);
        return found;
      };
      return {
        get pid() {
          return processes[name]?.current()?.pid ?? null;
        },
        url: `http://127.0.0.1:${ports[name]}`,
        adminUrl: `http://127.0.0.1:${ports[`${name}-admin`]}`,
        kill: (signal) => component().kill(signal),
        stop: () => component().stop(),
        start: () => component().start(),
      };
    },
  };
}

/** Writes the addresses of the shop for other programs; running processes see changes after a restart. */
function writeRun(dataDir: string, running: Running): void {
  const { gatewayUrl, playgroundUrl, mailUrl, kafkaBrokers, postgresUrl, redisUrl } = running;
  const services = mapServices((name) => {
    const { url, adminUrl, pid } = running.service(name);
    return { url, adminUrl, pid };
  });
  writePrivate(join(dataDir, 'run.json'), {
    pid: process.pid,
    gatewayUrl,
    playgroundUrl,
    mailUrl,
    kafkaBrokers,
    postgresUrl,
    redisUrl,
    services,
  });
}

async function fillCatalogue(shop: ShopContext): Promise<void> {
  if (shop.options.seed === false) return;
  const { onState, absent } = shop.component('catalogue');
  if (!shop.isSeeded) {
    absent(`it is filled when all of ${seededServices.join(', ')} run`);
    return;
  }
  onState({ is: 'starting' });
  const { customer, internalTokenSecret } = shop.secrets;
  const url = (name: SeededSubgraph) => `http://127.0.0.1:${shop.ports[name]}/graphql`;
  const urls = { product: url('product'), cart: url('cart'), user: url('user') };
  const { admin } = credentialsOf(shop.secrets);
  const { products, created } = await seedShop({ urls, internalTokenSecrets: internalTokenSecret, admin, customer });
  onState({ is: 'ready', pid: 0 }, created > 0 ? `${created} products added` : `${products} products`);
}
