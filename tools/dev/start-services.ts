import { join } from 'node:path';
import type { Environment, Secrets } from './environment.ts';
import { allInOneFlags, gatewayFlags, serviceFlags, superviseNode } from './node-process.ts';
import { credentialsOf } from './secrets.ts';
import { type ServiceName, serviceNames, services, sharedProcesses } from './services.ts';
import type { ShopContext } from './shop-context.ts';
import type { RunningComponent, SupervisedProcess } from './supervised-process.ts';
import type { Supervisor } from './supervisor.ts';

type Environments = Readonly<Record<ServiceName, Environment>>;

export type ServiceProcesses = {
  /** The process that holds the service, alone or with others. */
  readonly processes: Readonly<Partial<Record<ServiceName, SupervisedProcess<RunningComponent>>>>;
  /** Calls back whenever a process has come up again. */
  onRestart(listener: () => void): void;
};

/** A process to start, and the services it runs. */
type Plan = { readonly name: string; readonly members: readonly ServiceName[]; readonly nodeFlags: readonly string[] };

/**
 * Starts the services: each as a process of its own, but for those that share one; or, when they have no Kafka between them, all in one.
 * The gateway comes last, when `fillShelves` is done: the shop is usable once it is ready. The one process does that by itself, and is asked for it again
 * only so that it knows the catalogue. Resolves when all are ready.
 */
export async function startServices(
  shop: ShopContext,
  supervisor: Supervisor,
  environment: Environments,
  fillShelves: () => Promise<void>,
): Promise<ServiceProcesses> {
  const withKafka = Object.values(environment).every((env) => env['KAFKA_BROKERS'] !== undefined);
  const restarted = new Set<() => void>();
  const onReady = () => {
    for (const listener of restarted) listener();
  };
  const plans = withKafka ? plansWithKafka(shop.members) : [{ name: 'services', members: shop.members, nodeFlags: allInOneFlags }];
  for (const name of serviceNames) if (!shop.members.includes(name)) shop.component(name).absent('not wanted: --only');
  const kept = plans.map((plan) => ({ ...plan, component: startPlan(shop, plan, environment, withKafka, onReady) }));
  const isDoor = ({ members }: Plan) => members.includes('gateway');
  await Promise.all(kept.filter((plan) => !isDoor(plan)).map(({ component }) => supervisor.add(component, 'service')));
  if (withKafka) await fillShelves();
  await Promise.all(kept.filter(isDoor).map(({ component }) => supervisor.add(component, 'door')));
  if (!withKafka) await fillShelves();
  return {
    processes: Object.fromEntries(kept.flatMap(({ component, members }) => members.map((name) => [name, component]))),
    onRestart: (listener) => void restarted.add(listener),
  };
}

function plansWithKafka(wanted: readonly ServiceName[]): Plan[] {
  const shared = Object.entries(sharedProcesses)
    .map(([name, members]) => ({ name, members: members.filter((member) => wanted.includes(member)), nodeFlags: serviceFlags }))
    .filter(({ members }) => members.length > 0);
  const sharers = shared.flatMap(({ members }) => members);
  const alone = wanted.filter((name) => !sharers.includes(name));
  return [...alone.map((name) => ({ name, members: [name], nodeFlags: name === 'gateway' ? gatewayFlags : serviceFlags })), ...shared];
}

function startPlan(
  shop: ShopContext,
  { name, members, nodeFlags }: Plan,
  environment: Environments,
  withKafka: boolean,
  onReady: () => void,
): SupervisedProcess<RunningComponent> {
  const reporters = members.map((member) => ({ member, reporter: shop.component(member) }));
  const [first] = members;
  // without Kafka the log is that of the shared process
  const isAlone = withKafka && members.length === 1 && first !== undefined;
  return superviseNode(shop, {
    name,
    command: [isAlone ? `${services.find((service) => service.name === first)?.folder ?? ''}/main.ts` : 'tools/dev/shared-process.ts'],
    env: isAlone ? environment[first] : sharedEnvironment(shop, members, environment, withKafka),
    nodeFlags: members.some((member) => member === shop.options.inspect) ? [...nodeFlags, '--inspect=127.0.0.1:9229'] : nodeFlags,
    readyUrls: members.map((member) => `http://127.0.0.1:${shop.ports[member]}/readyz`),
    onState(state) {
      for (const { member, reporter } of reporters) reporter.onState(state, `port ${shop.ports[member]}`);
      if (state.is === 'ready') onReady();
    },
  });
}

function sharedEnvironment(shop: ShopContext, members: readonly ServiceName[], environment: Environments, withKafka: boolean): Environment {
  const kafka = members.map((member) => environment[member]['KAFKA_BROKERS']).find((brokers) => brokers !== undefined);
  return {
    ...(withKafka && kafka !== undefined ? { KAFKA_BROKERS: kafka } : { LOG_FOLDER: join(shop.folder.path, 'log') }),
    ...(members.includes('gateway') && shop.isSeeded ? { SEED: JSON.stringify(peopleOf(shop.secrets)) } : {}),
    SERVICES: JSON.stringify(Object.fromEntries(members.map((member) => [member, environment[member]]))),
    APOLLO_TELEMETRY_DISABLED: 'true',
  };
}

/** The accounts that the seed logs in as and creates. */
const peopleOf = (secrets: Secrets) => ({ admin: credentialsOf(secrets).admin, customer: secrets.customer });
