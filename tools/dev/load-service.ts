import { existsSync } from 'node:fs';
import type { EntitySchema } from '@mikro-orm/postgresql';
import type { Hearing } from '#kafka/consumer.ts';
import type { FactType } from '#kafka/contracts.ts';
import type { Parts } from '#kafka/service.ts';
import { type ConfigShape, loadConfig } from '#platform/config.ts';
import type { Running } from '#platform/process.ts';
import type { Service } from './services.ts';

/** What the folder of a service says of itself, by the names that every folder uses. */
export type LoadedService = {
  /** Without KAFKA_BROKERS: that is the process's. */
  readonly config: ConfigShape;
  start(env: Readonly<Record<string, string>>, parts: Parts): Promise<Running & { readonly url: string }>;
  /** Null for a service without tables. */
  readonly migrations: string | null;
  readonly entities: EntitySchema[];
  readonly publishes: readonly FactType[];
  readonly hears: readonly FactType[];
};

/** Reads `<name>Config` and `start<Name>` of start.ts, and where there are such rooms `entities` and `events`. */
export async function loadService({ name, folder }: Pick<Service, 'folder'> & { readonly name: string }): Promise<LoadedService> {
  const load = (room: string) => import(`../../${folder}/${room}.ts`) as Promise<Record<string, unknown>>;
  const hasRoom = (room: string) => existsSync(new URL(`../../${folder}/${room}.ts`, import.meta.url));
  // without entities there is no inbox: such a service may listen, as the gateway does, but keeps nothing of what it hears
  const hasTables = hasRoom('entities');
  const [wiring, entities, events] = await Promise.all([
    load('start'),
    hasTables ? load('entities') : undefined,
    hasTables && hasRoom('events') ? load('events') : undefined,
  ]);
  const config = wiring[`${inCamelCase(name)}Config`] as ConfigShape;
  const start = wiring[`start${inPascalCase(name)}`] as (config: unknown, parts: Parts) => Promise<Running & { url: string }>;
  if (config === undefined || start === undefined)
    throw new Error(`${folder}/start.ts exports no ${inCamelCase(name)}Config or no start${inPascalCase(name)}.`);
  return {
    config,
    start: async (env, parts) => start(loadConfig(config, env), parts),
    migrations: hasTables ? (wiring['migrations'] as string) : null,
    entities: (entities?.['entities'] ?? []) as EntitySchema[],
    publishes: (events?.['publishes'] ?? []) as FactType[],
    hears: heard(events?.['hears']),
  };
}

/** The types alone: the service whose use cases would handle them is not there yet. */
function heard(hears: unknown): FactType[] {
  const service = new Proxy({}, { get: () => () => undefined });
  const hearings = (typeof hears === 'function' ? hears(service) : (hears ?? [])) as readonly Hearing[];
  return hearings.map((hearing) => hearing.type);
}

/** gift-card gives giftCard. */
export const inCamelCase = (name: string): string => name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** gift-card gives GiftCard. */
export function inPascalCase(name: string): string {
  const camel = inCamelCase(name);
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}`;
}
