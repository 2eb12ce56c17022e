import { existsSync } from 'node:fs';
import { type SubgraphName, subgraphPorts } from '#schema/subgraph-ports.ts';

export type ServiceName = SubgraphName | 'gateway';

/** The admin port of a service, for health and metrics. */
export type AdminPortName = `${ServiceName}-admin`;

/** One service of the shop that is ours; its folder holds a main.ts and an app.ts. */
export type Service = {
  readonly name: ServiceName;
  readonly folder: string;
  readonly port: number;
  /** Those that it owns, the one of its DATABASE_URL first; none when it has no tables. */
  readonly databases: readonly string[];
};

/** The subgraphs that the gateway asks. */
export const subgraphNames = Object.keys(subgraphPorts) as readonly SubgraphName[];

/** The name of a service as PostgreSQL writes names: that of its own database. */
export const databaseOf = (service: string): string => service.replaceAll('-', '_');

/** mail keeps the database of the service `mailer` that it grew out of, and so the mails in it. */
const olderDatabases: Readonly<Partial<Record<SubgraphName, string>>> = { mail: 'mailer' };

/** A subgraph that has tables owns a database, and may have others beside it. */
const moreDatabases: Readonly<Partial<Record<SubgraphName, readonly string[]>>> = { payment: ['provider'] };

const hasTables = (folder: string): boolean => existsSync(new URL(`../../${folder}/migrations`, import.meta.url));

function subgraph(name: SubgraphName): Service {
  const folder = `subgraphs/${name}`;
  const databases = hasTables(folder) ? [olderDatabases[name] ?? databaseOf(name), ...(moreDatabases[name] ?? [])] : [];
  return { name, folder, port: subgraphPorts[name], databases };
}

/** The services of the shop that are ours, in the order in which they are listed. */
export const services: readonly Service[] = [
  ...subgraphNames.map(subgraph),
  { name: 'gateway', folder: 'gateway', port: 4000, databases: [] },
];

/**
 * Services that customers do not wait for share one process on one machine, by its name: a process of its own costs 90 MB each.
 * In containers each has its own.
 */
export const sharedProcesses: Readonly<Record<string, readonly ServiceName[]>> = { 'back-office': ['mail', 'operations'] };

export const serviceNames: readonly ServiceName[] = services.map((service) => service.name);

export const databaseNames: readonly string[] = services.flatMap((service) => service.databases);
