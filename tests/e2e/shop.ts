import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '#tools/demo/scene.ts';
import { createShopClient, logIn, register, type ShopClient } from '#tools/shop-client.ts';

type Credentials = { readonly login: string; readonly password: string };

/** A shop that is running; without a data folder of its own the one that start-shop.ts has started for this worker of Jest. */
export type OpenShop = {
  readonly gatewayUrl: string;
  /** Opens the playground with its accounts. */
  readonly playgroundUrl: string;
  readonly mailUrl: string;
  readonly postgresUrl: string;
  readonly kafkaBrokers: readonly string[] | null;
  readonly customer: Credentials;
  /** For a browser of their own; `admin` is logged in already. */
  readonly administrator: Credentials;
  readonly admin: ShopClient;
  readonly guest: ShopClient;
  readonly stage: Stage;
  /** The process of a service as it is now: another one after a restart. */
  pidOf(service: string): number;
  /** A new user, logged in. */
  newCustomer(): Promise<{ client: ShopClient; accessToken: string; userId: string; email: string }>;
  close(): Promise<void>;
};

/** Where the shop of this worker of Jest keeps its data. */
export function sharedFolder(): string {
  const folders = JSON.parse(process.env['E2E_SHOPS'] ?? '[]') as string[];
  // a single file has one shop, whichever worker runs it
  const folder = folders[(Number(process.env['JEST_WORKER_ID'] ?? 1) - 1) % folders.length];
  if (folder === undefined) throw new Error('No shop was started for this worker.');
  return folder;
}

export async function openShop(folder = sharedFolder()): Promise<OpenShop> {
  const read = <T>(file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
  type Run = Pick<OpenShop, 'gatewayUrl' | 'playgroundUrl' | 'mailUrl' | 'postgresUrl' | 'kafkaBrokers'> & {
    services: Record<string, { pid: number }>;
  };
  const run = () => read<Run>('run.json');
  const credentials = read<{ admin: Credentials; customer: Credentials }>('credentials.json');
  const { gatewayUrl, playgroundUrl, mailUrl, postgresUrl, kafkaBrokers } = run();
  const clients: ShopClient[] = [];
  const open = (accessToken?: string) => {
    const client = createShopClient(gatewayUrl, accessToken);
    clients.push(client);
    return client;
  };
  const admin = open((await logIn(gatewayUrl, credentials.admin.login, credentials.admin.password)).accessToken);
  return {
    gatewayUrl,
    playgroundUrl,
    mailUrl,
    postgresUrl,
    kafkaBrokers,
    customer: credentials.customer,
    administrator: credentials.admin,
    admin,
    guest: open(),
    stage: { gatewayUrl, admin, output: { print: () => {}, move: () => {} } },
    pidOf(service) {
      const pid = run().services[service]?.pid;
      if (pid === undefined) throw new Error(`run.json names no process for ${service}`);
      return pid;
    },
    async newCustomer() {
      const username = `e2e-${randomUUID().slice(0, 12)}`;
      const session = await register(gatewayUrl, username);
      return { ...session, client: open(session.accessToken), email: `${username}@example.com` };
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
