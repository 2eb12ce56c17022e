import { existsSync } from 'node:fs';
import { type SubgraphName, subgraphPorts } from '#schema/subgraph-ports.ts';

export type ServiceName = SubgraphName | 'mailer' | 'gateway';

/** The port at which a service tells operators how it is. */
export type AdminPortName = `${ServiceName}-admin`;

/** One service of the shop that is ours; its folder holds a main.ts and a start.ts. */
export type Service = {
  readonly name: ServiceName;
  readonly folder: string;
  readonly port: number;
  /** Those that it owns, the one of its name first. */
  readonly databases: readonly string[];
  /** The one that its DATABASE_URL leads to: its own, or another's that it only reads; null when it has none. */
  readonly database: string | null;
};

/** The subgraphs that the gateway asks. */
export const subgraphNames = Object.keys(subgraphPorts) as readonly SubgraphName[];

/** The name of a service's own database, as PostgreSQL writes names. */
export const databaseOf = (service: string): string => service.replaceAll('-', '_');

/** A subgraph that has tables owns a database of its name, and may have others beside it. */
const moreDatabases: Readonly<Partial<Record<SubgraphName, readonly string[]>>> = { payment: ['provider'] };

/** A subgraph without tables may show what another service keeps. */
const readDatabases: Readonly<Partial<Record<SubgraphName, string>>> = { mail: 'mailer' };

const hasTables = (folder: string): boolean => existsSync(new URL(`../../${folder}/migrations`, import.meta.url));

function subgraph(name: SubgraphName): Service {
  const folder = `subgraphs/${name}`;
  const databases = hasTables(folder) ? [databaseOf(name), ...(moreDatabases[name] ?? [])] : [];
  return { name, folder, port: subgraphPorts[name], databases, database: databases[0] ?? readDatabases[name] ?? null };
}

/** The services of the shop that are ours, in the order in which they are told of. */
export const services: readonly Service[] = [
  ...subgraphNames.map(subgraph),
  { name: 'mailer', folder: 'services/mailer', port: 4006, databases: ['mailer'], database: 'mailer' },
  { name: 'gateway', folder: 'gateway', port: 4000, databases: [], database: null },
];

/**
 * Services that customers do not wait for share one process on one machine, by its name: a process of its own costs 90 MB each.
 * In containers each has its own.
 */
export const sharedProcesses: Readonly<Record<string, readonly ServiceName[]>> = { 'back-office': ['mailer', 'mail', 'operations'] };

export const serviceNames: readonly ServiceName[] = services.map((service) => service.name);

export const databaseNames: readonly string[] = services.flatMap((service) => service.databases);

/** Services that only read the database, by its name. */
export const readersOf = (database: string): readonly ServiceName[] =>
  services.filter((service) => service.database === database && !service.databases.includes(database)).map(({ name }) => name);
