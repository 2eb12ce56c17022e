import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Crew } from './crew.ts';
import { type Environment, mapServices } from './environment.ts';
import { type KeptPart, keepRunning, type PartState, type RunningPart } from './keep-running.ts';
import { openServiceLog } from './service-log.ts';
import { startServiceProcess } from './service-process.ts';
import { type ServiceName, serviceNames, services } from './services.ts';
import type { ShopContext } from './shop-context.ts';

const checkout = join(import.meta.dirname, '..');
const readyWithinMs = 90_000;

type Environments = Readonly<Record<ServiceName, Environment>>;

export type Staff = {
  /** The process that holds the service; without Kafka one process holds all. */
  readonly processes: Readonly<Record<ServiceName, KeptPart<RunningPart>>>;
  /** Calls back whenever a service has come up again. */
  onRestart(listener: () => void): void;
};

/** Starts the services: each as a process of its own, or, when they have no Kafka between them, all in one. Resolves when all are ready. */
export async function startStaff(shop: ShopContext, crew: Crew, environment: Environments): Promise<Staff> {
  const withKafka = Object.values(environment).every((env) => env['KAFKA_BROKERS'] !== undefined);
  let restarted: () => void = () => undefined;
  const onReady = () => restarted();
  const processes = withKafka ? onePerService(shop, environment, onReady) : allInOne(shop, environment, onReady);
  await Promise.all(
    [...new Set(Object.values(processes))].map((part) => crew.add(part, part.name === 'gateway' || !withKafka ? 'door' : 'service')),
  );
  return {
    processes,
    onRestart(listener) {
      restarted = listener;
    },
  };
}

function onePerService(shop: ShopContext, environment: Environments, onReady: () => void): Staff['processes'] {
  return mapServices((name) => {
    const folder = services.find((service) => service.name === name)?.folder ?? '';
    const { onState } = shop.part(name);
    return keepProcess(shop, {
      name,
      command: [`${folder}/main.ts`],
      env: environment[name],
      nodeFlags: name === 'gateway' ? gatewayFlags : serviceFlags,
      readyUrls: [`http://127.0.0.1:${shop.ports[name]}/readyz`],
      onState(state) {
        onState(state, `port ${shop.ports[name]}`);
        if (state.is === 'ready') onReady();
      },
    });
  });
}

function allInOne(shop: ShopContext, environment: Environments, onReady: () => void): Staff['processes'] {
  const voices = mapServices((name) => shop.part(name));
  const all = keepProcess(shop, {
    name: 'services',
    command: ['local/all-in-one.ts'],
    env: { LOG_FOLDER: join(shop.folder.path, 'log'), SERVICES: JSON.stringify(environment), APOLLO_TELEMETRY_DISABLED: 'true' },
    nodeFlags: allInOneFlags,
    readyUrls: serviceNames.map((name) => `http://127.0.0.1:${shop.ports[name]}/readyz`),
    onState(state) {
      for (const name of serviceNames) voices[name].onState(state, `port ${shop.ports[name]}`);
      if (state.is === 'ready') onReady();
    },
  });
  return mapServices(() => all);
}

const lean = ['--import', pathToFileURL(join(import.meta.dirname, 'lean.mjs')).href];

// small young generations keep the resident memory of many idle processes low
const serviceFlags = [...lean, '--max-old-space-size=192', '--max-semi-space-size=1'];
const gatewayFlags = [...lean, '--max-old-space-size=384', '--max-semi-space-size=2'];
const allInOneFlags = [...lean, '--max-old-space-size=640', '--max-semi-space-size=4'];

/** For glibc: what a password hash borrowed (19 MB each) goes back to the system, and threads share what they keep. */
const thrift = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '1048576',
  NODE_COMPILE_CACHE: join(checkout, 'node_modules', '.cache', 'node'),
};

type Kept = {
  name: string;
  command: readonly string[];
  env: Environment;
  nodeFlags: readonly string[];
  readyUrls: readonly string[];
  onState(state: PartState): void;
};

function keepProcess(shop: ShopContext, kept: Kept): KeptPart<RunningPart> {
  const log = openServiceLog(join(shop.folder.path, 'logs', `${kept.name}.log`), (problem) => shop.problem(kept.name, problem));
  return keepRunning({
    name: kept.name,
    readyWithinMs,
    onState: kept.onState,
    launch: (signal) =>
      startServiceProcess(
        {
          name: kept.name,
          command: kept.command,
          env: { ...thrift, ...inherited(), ...kept.env },
          nodeFlags: kept.nodeFlags,
          cwd: checkout,
          log,
          readyUrls: kept.readyUrls,
          onSpawn: (pid) => shop.folder.remember(kept.name, pid),
        },
        signal,
      ),
  });
}

/** What a service gets from the person's shell: not what npm put there, and no address that is ours to give. */
function inherited(): Record<string, string | undefined> {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(npm_|JEST_)/.test(name)));
}
