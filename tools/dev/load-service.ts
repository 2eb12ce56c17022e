import { existsSync } from 'node:fs';
import type { EntitySchema } from '@mikro-orm/postgresql';
import type { EventHandler } from '#kafka/consumer.ts';
import type { EventType } from '#kafka/contracts.ts';
import type { ServiceContext } from '#kafka/event-worker.ts';
import { type ConfigShape, loadConfig } from '#platform/config.ts';
import type { Running } from '#platform/service/process.ts';
import type { Service } from './services.ts';

/** The exports of a service's folder, under the names that every folder uses. */
export type LoadedService = {
  /** Without KAFKA_BROKERS: that is the process's. */
  readonly config: ConfigShape;
  start(env: Readonly<Record<string, string>>, context: ServiceContext): Promise<Running & { readonly url: string }>;
  /** Null for a service without tables. */
  readonly migrations: string | null;
  readonly entities: EntitySchema[];
  readonly publishes: readonly EventType[];
  readonly subscribes: readonly EventType[];
};

/** Reads `<name>Config` and `start<Name>` of app.ts, and where there are such files `entities` and `events`. */
export async function loadService({ name, folder }: Pick<Service, 'folder'> & { readonly name: string }): Promise<LoadedService> {
  const load = (file: string) => import(`../../${folder}/${file}.ts`) as Promise<Record<string, unknown>>;
  const hasFile = (file: string) => existsSync(new URL(`../../${folder}/${file}.ts`, import.meta.url));
  // without entities there is no inbox: such a service may listen, as the gateway does, but stores no events
  const hasTables = hasFile('entities');
  const [wiring, entities, events] = await Promise.all([
    load('app'),
    hasTables ? load('entities') : undefined,
    hasTables && hasFile('events') ? load('events') : undefined,
  ]);
  const config = wiring[`${inCamelCase(name)}Config`] as ConfigShape;
  const start = wiring[`start${inPascalCase(name)}`] as (config: unknown, context: ServiceContext) => Promise<Running & { url: string }>;
  if (config === undefined || start === undefined)
    throw new Error(`${folder}/app.ts exports no ${inCamelCase(name)}Config or no start${inPascalCase(name)}.`);
  return {
    config,
    start: async (env, context) => start(loadConfig(config, env), context),
    migrations: hasTables ? (wiring['migrations'] as string) : null,
    entities: (entities?.['entities'] ?? []) as EntitySchema[],
    publishes: (events?.['publishes'] ?? []) as EventType[],
    subscribes: handlersOf(events?.['subscribes']),
  };
}

/** The types alone: the service whose use cases would handle them is not there yet. */
function handlersOf(subscribes: unknown): EventType[] {
  const service = new Proxy({}, { get: () => () => undefined });
  const handlers = (typeof subscribes === 'function' ? subscribes(service) : (subscribes ?? [])) as readonly EventHandler[];
  return handlers.map((handler) => handler.type);
}

/** gift-card gives giftCard. */
export const inCamelCase = (name: string): string => name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** gift-card gives GiftCard. */
export function inPascalCase(name: string): string {
  const camel = inCamelCase(name);
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}`;
}
