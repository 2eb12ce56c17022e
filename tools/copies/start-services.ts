import type { Addresses, Environment, Secrets } from '../dev/environment.ts';
import { environmentOf, mapServices } from '../dev/environment.ts';
import { gatewayFlags, serviceFlags, superviseNode } from '../dev/node-process.ts';
import { freePorts } from '../dev/ports.ts';
import { type AdminPortName, type ServiceName, serviceNames, services } from '../dev/services.ts';
import type { ShopContext } from '../dev/shop-context.ts';
import type { ComponentState } from '../dev/supervised-process.ts';
import type { Supervisor } from '../dev/supervisor.ts';
import { Copy } from './copy.ts';
import { type CopiesProxy, openProxy } from './proxy.ts';

type ServicePorts = Readonly<Record<ServiceName | AdminPortName, number>>;

/** Where everything of the copies listens. */
export type CopyPorts = {
  /** The first is that of the first copies. */
  readonly copies: readonly ServicePorts[];
  /** Of the proxies, by what stands behind them. */
  readonly calls: Readonly<Record<ServiceName, number>>;
  /** Of the proxies that lead to a gateway of their own each. */
  readonly entrances: readonly number[];
};

/** How many start at the same time: each takes a core for some seconds. */
const lanes = 2;

/** Free ports for so many copies, all chosen at once, so that none is given twice. */
export async function chooseCopyPorts(copies: number): Promise<CopyPorts> {
  const names: readonly (ServiceName | AdminPortName)[] = serviceNames.flatMap((name) => [name, `${name}-admin`] as const);
  const wanted = copies * names.length + serviceNames.length + copies;
  const ports = (await freePorts(Array.from({ length: wanted }, () => 0))).values();
  const next = () => Number(ports.next().value);
  return {
    copies: Array.from({ length: copies }, () => Object.fromEntries(names.map((name) => [name, next()])) as ServicePorts),
    calls: mapServices(next),
    entrances: Array.from({ length: copies }, next),
  };
}

export type CopiesOptions = {
  readonly shop: ShopContext;
  readonly ports: CopyPorts;
  /** Those of a copy, given its number, from 1. */
  readonly addresses: (number: number) => Omit<Addresses, 'ports' | 'callPorts'>;
  readonly secrets: Secrets;
  readonly env: Readonly<Partial<Record<ServiceName, Environment>>>;
  onState(name: string, state: ComponentState): void;
};

/** The proxies before all copies; of the gateway one for each entrance. */
export async function openProxies({ copies, calls, entrances }: CopyPorts): Promise<ReadonlyMap<ServiceName, readonly CopiesProxy[]>> {
  const targetsOf = (name: ServiceName) => copies.map((ports, index) => ({ name: copyName(name, index + 1), port: ports[name] }));
  const opened = serviceNames.map(async (name) => {
    const ofAll = await openProxy(calls[name], targetsOf(name));
    if (name !== 'gateway') return [name, [ofAll]] as const;
    const toOne = entrances.map((port, index) => openProxy(port, targetsOf(name), copyName(name, index + 1)));
    return [name, [ofAll, ...(await Promise.all(toOne))]] as const;
  });
  return new Map(await Promise.all(opened));
}

/** All copies of all services, not started yet, in the order in which they are. */
export function createCopies(options: CopiesOptions, proxies: ReadonlyMap<ServiceName, readonly CopiesProxy[]>): Copy[] {
  const numbers = options.ports.copies.map((_, index) => index + 1);
  const ordered = services.toSorted((a, b) => Number(a.name === 'gateway') - Number(b.name === 'gateway'));
  return numbers.flatMap((number) => ordered.map(({ name }) => createCopy(options, name, number, proxies.get(name) ?? [])));
}

function createCopy(options: CopiesOptions, service: ServiceName, number: number, proxies: readonly CopiesProxy[]): Copy {
  const { shop, secrets, env } = options;
  const ports = options.ports.copies[number - 1];
  if (ports === undefined) throw new Error(`There are no ports for a copy number ${number}.`);
  const name = copyName(service, number);
  const adminUrl = `http://127.0.0.1:${ports[`${service}-admin`]}`;
  const copy = new Copy({ name, service, adminUrl, proxies });
  const variables = environmentOf({ ...options.addresses(number), ports, callPorts: options.ports.calls }, secrets);
  const process = superviseNode(shop, {
    name,
    command: [`${services.find((one) => one.name === service)?.folder ?? ''}/main.ts`],
    env: { ...variables[service], ...env[service] },
    nodeFlags: service === 'gateway' ? gatewayFlags : serviceFlags,
    readyUrls: [`${adminUrl}/readyz`],
    onState(state) {
      copy.onState(state);
      options.onState(name, state);
    },
  });
  copy.runs(process);
  return copy;
}

/** Resolves when all are ready. */
export async function startInTurn(copies: readonly Copy[], supervisor: Supervisor): Promise<void> {
  const waiting = [...copies];
  const lane = async () => {
    for (let copy = waiting.shift(); copy !== undefined; copy = waiting.shift())
      await supervisor.add(copy.process, copy.service === 'gateway' ? 'door' : 'service');
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

export const copyName = (service: ServiceName, number: number): string => `${service}-${number}`;
