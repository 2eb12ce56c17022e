import { join, relative, resolve } from 'node:path';
import color from 'picocolors';
import type { Shop } from './shop.ts';

/** What is said when the shop is open: where, as whom, and what to try. */
export function welcome(shop: Shop, dataDir: string, seconds: number): string {
  const { admin, customer } = shop.credentials;
  const folder = shortest(dataDir);
  const file = join(folder, 'credentials.json');
  const line = (label: string, text: string, more = '') => `  ${label.padEnd(12)} ${text}${more === '' ? '' : color.dim(`  ${more}`)}\n`;
  return [
    `\n  ${color.bold('The shop is open')} ${color.dim(`after ${seconds.toFixed(1)} s`)}\n\n`,
    line('Playground', color.cyan(shop.gatewayUrl), 'the graph, with examples in its tabs'),
    line('Mail inbox', color.cyan(shop.mailUrl), 'every mail the shop sends'),
    line('Admin', `${admin.login}  ${color.bold(admin.password)}`),
    line('Customer', `${customer.login}  ${color.bold(customer.password)}`, `both also in ${file}`),
    `\n  ${color.bold('Three things to try')}\n`,
    '  1. Buy something: log in as the customer in the playground, and run the tabs from left to right.\n',
    '  2. Watch an order move by itself: run the orderStatus subscription, then place an order in another tab.\n',
    `  3. See what can go wrong, told live: ${color.cyan('npm run demo')} in another terminal.\n`,
    `\n  ${color.dim(`${whatItRunsOn(shop)}. Logs are in ${join(folder, 'logs')}. Ctrl-C closes the shop.`)}\n\n`,
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
