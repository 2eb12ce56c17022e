import { type SubgraphName, subgraphPorts } from '#schema/subgraph-ports.ts';

export type ServiceName = SubgraphName | 'mailer' | 'gateway';

/** One process of the shop that is ours; its folder holds a main.ts and a start.ts. */
export type Service = { readonly name: ServiceName; readonly folder: string; readonly port: number; readonly databases: readonly string[] };

/** The subgraphs that the gateway asks. */
export const subgraphNames = Object.keys(subgraphPorts) as readonly SubgraphName[];

/** The name of a service's own database, as PostgreSQL writes names. */
export const databaseOf = (service: string): string => service.replaceAll('-', '_');

/** A subgraph has one database of its own name, and may have others beside it. */
const moreDatabases: Readonly<Partial<Record<SubgraphName, readonly string[]>>> = { payment: ['provider'] };

/** The processes of the shop that are ours, in the order in which they are told of. */
export const services: readonly Service[] = [
  ...subgraphNames.map((name) => ({
    name,
    folder: `subgraphs/${name}`,
    port: subgraphPorts[name],
    databases: [databaseOf(name), ...(moreDatabases[name] ?? [])],
  })),
  { name: 'mailer', folder: 'services/mailer', port: 4006, databases: ['mailer'] },
  { name: 'gateway', folder: 'gateway', port: 4000, databases: [] },
];

export const serviceNames: readonly ServiceName[] = services.map((service) => service.name);

export const databaseNames: readonly string[] = services.flatMap((service) => service.databases);
