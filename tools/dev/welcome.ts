import { join, relative, resolve } from 'node:path';
import color from 'picocolors';
import { serviceNames } from './services.ts';
import type { Shop } from './shop.ts';

/** The text shown when the shop is ready: addresses, accounts, and what to try. */
export function welcome(shop: Shop, dataDir: string, seconds: number): string {
  const { admin, customer } = shop.credentials;
  const folder = shortest(dataDir);
  const file = join(folder, 'credentials.json');
  const url = (path: string) => new URL(path, shop.gatewayUrl).href;
  const line = (label: string, text: string, more = '') => `  ${label.padEnd(12)} ${text}${more === '' ? '' : color.dim(`  ${more}`)}\n`;
  if (!shop.isRunning('gateway')) return welcomeWithoutGateway(shop, seconds);
  return [
    `\n  ${color.bold('The shop is open')} ${color.dim(`after ${seconds.toFixed(1)} s`)}\n\n`,
    line('Shop', color.cyan(url('/')), 'the storefront, for guests and customers'),
    line('Admin', color.cyan(url('/admin')), 'for the admin: orders as they move, catalogue, faults'),
    line('Playground', color.cyan(shop.playgroundUrl), 'the graph, with examples, plans and its map'),
    line('Mail inbox', color.cyan(shop.mailUrl), 'every mail the shop sends'),
    line('Admin', `${admin.login}  ${color.bold(admin.password)}`),
    line('Customer', `${customer.login}  ${color.bold(customer.password)}`, `both also in ${file}`),
    missingText(shop),
    `\n  ${color.bold('Three things to try')}\n`,
    '  1. Buy something in the shop: fill the cart as a guest, register on the way, and watch your order move.\n',
    '  2. Log in as the admin in another browser, open the admin, let one in three cards be declined, and buy again.\n',
    `  3. See what can go wrong, live: ${color.cyan('npm run demo')} in another terminal.\n`,
    `\n  ${color.dim(`${whatItRunsOn(shop)}. Logs are in ${join(folder, 'logs')}. Ctrl-C closes the shop.`)}\n\n`,
  ].join('');
}

const missingText = ({ missing }: Shop): string => missing.map((sentence) => `\n  ${color.yellow('!')} ${sentence}`).join('');

/** Nothing to open in a browser: the subgraphs answer whoever signs as the gateway does. */
function welcomeWithoutGateway(shop: Shop, seconds: number): string {
  const running = serviceNames.filter((name) => shop.isRunning(name));
  return [
    `\n  ${color.bold(`${running.join(', ')} ${running.length === 1 ? 'runs' : 'run'}`)} ${color.dim(`after ${seconds.toFixed(1)} s`)}\n\n`,
    ...running.map((name) => `  ${name.padEnd(12)} ${color.cyan(`${shop.service(name).url}/graphql`)}\n`),
    missingText(shop),
    `\n  ${color.yellow('!')} gateway is not running: there is no page to open; subgraphs answer calls that are signed as its are`,
    `\n\n  ${color.dim(`${whatItRunsOn(shop)}. Ctrl-C ends it.`)}\n\n`,
  ].join('');
}

function whatItRunsOn(shop: Shop): string {
  const log = shop.kafkaBrokers === null ? 'the in-process log, all services in one process' : `Kafka at ${shop.kafkaBrokers.join(', ')}`;
  const redis = shop.redisUrl === null ? 'no Redis' : 'Redis';
  return `It runs on PostgreSQL at ${new URL(shop.postgresUrl).host}, ${log}, ${redis}, Node ${process.versions.node}`;
}

/** As a person would name it from here. */
function shortest(path: string): string {
  const way = relative(process.cwd(), path);
  return way.startsWith('..') ? resolve(path) : way;
}
