import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog, Message } from '#kafka/event-log.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { type Identity, signInternalToken } from '#platform/auth.ts';
import { loadConfig } from '#platform/config.ts';
import { createLogger } from '#platform/logger.ts';
import { createSeal, createSealKey, sealKeys } from '#platform/sealed-text.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { freePorts } from '#tools/dev/ports.ts';
import { gatewayConfig, startGateway } from '../../gateway/app.ts';
import type { Folder } from './folders.ts';

export type Answer<Data> = { readonly status: number; readonly data?: Data; readonly errors?: readonly { readonly message: string }[] };

/** Every subgraph in this process, on databases of their own and one log. */
export type Graph = {
  readonly eventLog: EventLog;
  /** Everything that was published so far. */
  readonly published: readonly Message[];
  urlOf(subgraph: string): string;
  /** Of the database of a subgraph. */
  databaseUrlOf(subgraph: string): string;
  /** As the gateway would call, on behalf of a user. */
  ask<Data = Record<string, unknown>>(
    subgraph: string,
    identity: Identity,
    query: string,
    variables?: object,
    traceId?: string,
  ): Promise<Answer<Data>>;
  /** What `/metrics` of each subgraph and gateway says, by name. */
  metrics(): Promise<ReadonlyMap<string, string>>;
  /** Another empty database, dropped in the end. */
  newDatabase(label: string): Promise<string>;
  /** A gateway before the subgraphs; stopped in the end. Resolves to the address of the graph. */
  openGateway(env?: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
};

export const internalSecret = 'contract-test-internal-token-secret';
export const administrator = { email: 'admin@example.com', username: 'admin', password: 'a password for the admin' };
export const logger = createLogger('test', 'silent');

export const newTraceId = (): string => randomBytes(16).toString('hex');

/** As user seals, and mail opens. */
const mailKeys = createSealKey('test');
export const seal = createSeal(loadConfig({ MAIL_KEYS: sealKeys() }, { MAIL_KEYS: mailKeys }).MAIL_KEYS);

/** Starts the subgraphs one after the other, as their folders say. */
export async function startGraph(folders: readonly Folder[]): Promise<Graph> {
  const published: Message[] = [];
  const databases: TestDatabase[] = [];
  const running = new Map<string, { url: string; stop(): Promise<void> }>();
  const databaseUrls = new Map<string, string>();
  const stops: (() => Promise<void>)[] = [];
  const adminUrls = new Map<string, string>();
  const eventLog = overheard(createInProcessLog(), published);
  const newDatabase = async (label: string) => {
    const database = await createTestDatabase(label.replaceAll('-', '_'));
    databases.push(database);
    return database.url;
  };
  const urlOf = (subgraph: string) => running.get(subgraph)?.url ?? '';
  const free = await freePorts(folders.flatMap(() => [0, 0]));
  const ports = new Map(folders.map(({ name }, at) => [name, free[2 * at] ?? 0]));
  const adminPorts = new Map(folders.map(({ name }, at) => [name, free[2 * at + 1] ?? 0]));
  for (const [name, port] of adminPorts) adminUrls.set(name, `http://127.0.0.1:${port}`);
  const addresses = Object.fromEntries([...ports].map(([name, port]) => [`${variableOf(name)}_URL`, `http://127.0.0.1:${port}/graphql`]));
  const logsFolder = mkdtempSync(join(tmpdir(), 'marigold-logs-'));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const folder of folders) {
    if (folder.migrations !== null) databaseUrls.set(folder.name, await newDatabase(folder.name));
    const databaseUrl = databaseUrls.get(folder.name);
    const env = {
      ...addresses,
      COMPONENTS: partsOf(adminPorts),
      LOGS_FOLDER: logsFolder,
      PORT: String(ports.get(folder.name)),
      ADMIN_PORT: String(adminPorts.get(folder.name)),
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      ...('PROVIDER_DATABASE_URL' in folder.config ? { PROVIDER_DATABASE_URL: await newDatabase('provider') } : {}),
      INTERNAL_TOKEN_SECRET: internalSecret,
      ACCESS_TOKEN_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      MAIL_KEYS: mailKeys,
      // no server listens there: pending mails stay in the table
      SMTP_URL: 'smtp://127.0.0.1:9',
      MAIL_FROM: 'shop@example.com',
      SHOP_URL: 'http://localhost',
      ADMIN_EMAIL: administrator.email,
      ADMIN_USERNAME: administrator.username,
      ADMIN_PASSWORD: administrator.password,
      // twenty customers register at once
      PASSWORD_HASHES_WAITING: '100',
      PASSWORD_WAIT_MS: '30000',
      MAX_PASSWORD_FAILURES: '30',
    };
    running.set(folder.name, await folder.start(env, { eventLog, logger }));
  }
  return {
    eventLog,
    published,
    urlOf,
    databaseUrlOf: (subgraph) => databaseUrls.get(subgraph) ?? '',
    newDatabase,
    async metrics() {
      const read = async ([name, url]: readonly [string, string]) => [name, await (await fetch(`${url}/metrics`)).text()] as const;
      return new Map(await Promise.all([...adminUrls].map(read)));
    },
    async ask(subgraph, identity, query, variables = {}, traceId = newTraceId()) {
      const response = await fetch(urlOf(subgraph), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${signInternalToken(identity, internalSecret)}`,
          // no caller is limited by its address
          'x-client-address': randomUUID(),
          traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
        },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, ...((await response.json()) as object) };
    },
    async openGateway(env = {}) {
      const config = loadConfig(gatewayConfig, {
        PORT: '0',
        ADMIN_PORT: '0',
        SUBGRAPH_URLS: [...running].map(([name, { url }]) => `${name}=${url}`).join(','),
        JWKS_URL: new URL('/.well-known/jwks.json', urlOf('user')).href,
        ENDED_SESSIONS_URL: new URL('/ended-sessions.json', urlOf('user')).href,
        INTERNAL_TOKEN_SECRET: internalSecret,
        AUTH_RATE_LIMIT_BURST: '0',
        ...env,
      });
      const gateway = await startGateway(config, { eventLog, logger });
      stops.push(gateway.stop);
      adminUrls.set('gateway', gateway.adminUrl);
      return gateway.url;
    },
    async stop() {
      for (const stop of stops) await stop();
      await Promise.all([...running.values()].map((service) => service.stop()));
      await Promise.all(databases.map((database) => database.drop()));
      rmSync(logsFolder, { recursive: true, force: true });
    },
  };
}

const partsOf = (ports: ReadonlyMap<string, number>) => [...ports].map(([name, port]) => `${name}=http://127.0.0.1:${port}`).join(',');

const variableOf = (name: string) => name.replaceAll('-', '_').toUpperCase();

/** The log, with an ear on everything that is published. */
function overheard(log: EventLog, published: Message[]): EventLog {
  return {
    ...log,
    publish(messages) {
      published.push(...messages);
      return log.publish(messages);
    },
  };
}
