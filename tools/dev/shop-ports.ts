import { adminPortOf } from '#platform/service/admin-server.ts';
import { freePorts, portTrouble } from './ports.ts';
import { Problem } from './problem.ts';
import { type AdminPortName, type ServiceName, services } from './services.ts';

export type PortName = ServiceName | AdminPortName | 'inbox' | 'smtp' | 'postgres' | 'kafka' | 'redis';
export type Ports = Readonly<Record<PortName, number>>;

/** What a person types or reads is where it is expected or nowhere; the rest moves aside when its port is taken. */
const publicPorts: readonly { name: PortName; what: string; change: string }[] = [
  { name: 'gateway', what: 'the shop', change: 'npm start -- --port N' },
  { name: 'inbox', what: 'the mail inbox', change: 'MAIL_PORT=N npm start' },
  { name: 'smtp', what: "the mail inbox's SMTP", change: 'SMTP_PORT=N npm start' },
];

const usual: Ports = {
  ...(Object.fromEntries(services.map(({ name, port }) => [name, port])) as Record<ServiceName, number>),
  ...(Object.fromEntries(services.map(({ name, port }) => [`${name}-admin`, adminPortOf(port)])) as Record<AdminPortName, number>),
  inbox: 1080,
  smtp: 1025,
  postgres: 4032,
  kafka: 4092,
  redis: 4079,
};

/**
 * The ports of a shop. `free`: any; else the usual ones, or those given.
 * @throws Problem that names the port and how to change it, when one that people use is taken.
 */
export async function choosePorts(wanted: 'free' | Readonly<Partial<Ports>>): Promise<Ports> {
  const ports: Ports = wanted === 'free' ? noPorts : { ...usual, ...wanted };
  for (const { name, what, change } of publicPorts) {
    const trouble = ports[name] === 0 ? null : await portTrouble(ports[name]);
    if (trouble !== null) throw new Problem(portProblem(trouble, ports[name], what, change));
  }
  const names = Object.keys(ports) as PortName[];
  const chosen = await freePorts(names.map((name) => ports[name]));
  return Object.fromEntries(names.map((name, index) => [name, chosen[index] ?? 0])) as Record<PortName, number>;
}

export function portProblem(trouble: 'taken' | 'forbidden', port: number, what: string, change: string): string {
  const why = trouble === 'taken' ? 'is taken by another program' : 'may not be used by this user';
  return `Port ${port} for ${what} ${why}: choose another with ${change}`;
}

const noPorts = Object.fromEntries(Object.keys(usual).map((name) => [name, 0])) as Record<PortName, number>;
