import { cpus } from 'node:os';
import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import { archiveProduct, createCustomer, createProduct, type Stage } from '../demo/scene.ts';
import { runCommand, unlessInterrupted, wholeNumber } from '../run-command.ts';
import { findRunningShop } from '../running-shop.ts';
import { createShopClient, logIn } from '../shop-client.ts';
import { buyOnce } from './buy-once.ts';
import { percentile } from './percentile.ts';

const usage = `How long a customer waits: placeOrder answered → PAID on the socket, one order at a time, against the running shop.

npm run bench                       100 orders after 20 that do not count
npm run bench -- --orders 500       as many
npm run bench -- --data DIR         the data folder of the shop, .data by default`;

function row(name: string, values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const cells = [0.5, 0.95, 0.99].map((share) => percentile(sorted, share).toFixed(1).padStart(9));
  return `${name.padEnd(30)}${cells.join('')}`;
}

async function main(interrupted: AbortSignal): Promise<void> {
  const { values } = readCommandLine(usage, { orders: { type: 'string', default: '100' }, data: { type: 'string', default: '.data' } });
  const orders = wholeNumber('--orders', values.orders);
  const { gatewayUrl, kafkaBrokers, credentials } = await findRunningShop(values.data);
  const { accessToken } = await logIn(gatewayUrl, credentials.admin.login, credentials.admin.password);
  const admin = createShopClient(gatewayUrl, accessToken);
  const stage: Stage = { gatewayUrl, admin, output: { print: () => {}, move: () => {} } };
  const product = await createProduct(stage, 'Stopwatch', 1_000_000);
  const customer = await createCustomer(stage);
  const answered: number[] = [];
  const paid: number[] = [];
  const warmUp = 20;
  try {
    for (let count = 0; count < orders + warmUp; count += 1) {
      const { answeredMs, paidMs } = await unlessInterrupted(interrupted, buyOnce(customer, product));
      if (count >= warmUp) {
        answered.push(answeredMs);
        paid.push(paidMs);
      }
    }
  } finally {
    await archiveProduct(stage, product);
    await Promise.all([customer.close(), admin.close()]);
  }
  process.stdout.write(
    `${color.bold('One order at a time')} on ${kafkaBrokers ? 'Kafka' : 'the in-process log'}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`,
  );
  process.stdout.write(`${''.padEnd(30)}${['p50 ms', 'p95 ms', 'p99 ms'].map((title) => title.padStart(9)).join('')}\n`);
  process.stdout.write(`${row('placeOrder asked → answered', answered)}\n${row('answered → PAID on the socket', paid)}\n`);
}

await runCommand(main);
