import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import { createCustomer, createProduct, type Stage } from '../demo/scene.ts';
import type { Shop } from '../dev/shop.ts';
import { machine } from '../load/report.ts';
import { withOwnShop } from '../own-shop.ts';
import { runCommand, wholeNumber } from '../run-command.ts';
import { createShopClient, logIn } from '../shop-client.ts';
import { buyOnce } from './buy-once.ts';
import { table } from './checkout/tables.ts';
import { type People, type Read, reads } from './growth/reads.ts';
import { addRows } from './growth/rows.ts';
import { percentile } from './percentile.ts';
import { measuredOn, writePerformancePage } from './performance-page.ts';

const usage = `What reads and a checkout take when the databases grow: starts a shop of its own, fills it to a thousand, a hundred thousand and a million products,
orders and carts, and asks the same of it each time, one request after the other.

npm run bench:growth                        1000, 100000 and 1000000 rows of each; about ten minutes
npm run bench:growth -- --rows 1000,10000   as many
npm run bench:growth -- --requests 100      of each read, 40 by default, after 10 that do not count
npm run bench:growth -- --json
npm run bench:growth -- --write             also writes the table into docs/performance/checkout.md`;

const warmUp = 10;
type Median = { readonly name: string; readonly p50Ms: number; readonly p95Ms: number };

/** Nobody waits in a queue here: what is measured is one request, and what stands before the databases. */
const unlimited = { RATE_LIMIT_BURST: '0', GUEST_RATE_LIMIT_BURST: '0', AUTH_RATE_LIMIT_BURST: '0' };

async function time(name: string, requests: number, act: (turn: number) => Promise<unknown>): Promise<Median> {
  const took: number[] = [];
  for (let turn = 0; turn < requests + warmUp; turn += 1) {
    const begun = performance.now();
    await act(turn);
    if (turn >= warmUp) took.push(performance.now() - begun);
  }
  took.sort((one, other) => one - other);
  return { name, p50Ms: percentile(took, 0.5), p95Ms: percentile(took, 0.95) };
}

async function measure(people: People, stage: Stage, rows: number, requests: number): Promise<Median[]> {
  const medians: Median[] = [];
  const ask = (read: Read) => time(read.name, requests, (turn) => read.ask(people, turn, rows));
  for (const read of reads) medians.push(await ask(read));
  const product = await createProduct(stage, `Stopwatch ${rows}`, 1_000_000);
  const customer = await createCustomer(stage);
  const paid: number[] = [];
  medians.push(
    await time('checkout: add, place, PAID, cart empty', requests, async () => void paid.push((await buyOnce(customer, product)).paidMs)),
  );
  paid.splice(0, warmUp);
  paid.sort((one, other) => one - other);
  medians.push({ name: 'checkout: answered → PAID', p50Ms: percentile(paid, 0.5), p95Ms: percentile(paid, 0.95) });
  await customer.close();
  return medians;
}

type Grown = { readonly rows: number; readonly secondsToFill: number; readonly medians: readonly Median[] };

function growthTable(grown: readonly Grown[]): string {
  const [first, last] = [grown[0], grown.at(-1)];
  const rows = (first?.medians ?? []).map(({ name, p50Ms }, index) => [
    name,
    ...grown.map(({ medians }) => (medians[index]?.p50Ms ?? Number.NaN).toFixed(1)),
    ((last?.medians[index]?.p50Ms ?? Number.NaN) / p50Ms).toFixed(2),
  ]);
  const filled = ['filled in, s', ...grown.map(({ secondsToFill }) => secondsToFill.toFixed(0)), ''];
  return table(['p50 in ms, rows', ...grown.map(({ rows: count }) => count.toLocaleString('en')), 'last ÷ first'], [...rows, filled]);
}

async function grow(shop: Shop, sizes: readonly number[], requests: number, say: (line: string) => void): Promise<Grown[]> {
  const { login, password } = shop.credentials.admin;
  const admin = createShopClient(shop.gatewayUrl, (await logIn(shop.gatewayUrl, login, password)).accessToken);
  const people = { admin, guest: createShopClient(shop.gatewayUrl) };
  const stage: Stage = { gatewayUrl: shop.gatewayUrl, admin, output: { print: () => {}, move: () => {} } };
  const grown: Grown[] = [];
  for (const [index, rows] of sizes.entries()) {
    say(`filling the databases to ${rows.toLocaleString('en')} rows`);
    const begun = performance.now();
    await addRows(shop, { first: (sizes[index - 1] ?? 0) + 1, last: rows });
    const secondsToFill = (performance.now() - begun) / 1000;
    say(`filled in ${secondsToFill.toFixed(0)} s; asking`);
    grown.push({ rows, secondsToFill, medians: await measure(people, stage, rows, requests) });
  }
  await admin.close();
  return grown;
}

async function main(interrupted: AbortSignal): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = readCommandLine(usage, {
    rows: { ...text, default: '1000,100000,1000000' },
    requests: { ...text, default: '40' },
    json: { type: 'boolean' },
    write: { type: 'boolean' },
  });
  const sizes = values.rows.split(',').map((size) => wholeNumber('--rows', size));
  if (sizes.some((size, index) => size <= (sizes[index - 1] ?? 0))) throw new Error('--rows must grow, as in 1000,100000.');
  const requests = wholeNumber('--requests', values.requests);
  const say = (line: string) => void process.stderr.write(`${color.dim(line)}\n`);
  say('starting a shop');
  await withOwnShop({ name: 'growth', env: { gateway: unlimited }, interrupted }, async (shop) => {
    const grown = await grow(shop, sizes, requests, say);
    const title = `${color.bold('What growth costs')}: ${requests} requests of each, one after the other; ${machine.cores} × ${machine.model}, Node ${machine.node}`;
    process.stdout.write(values.json ? `${JSON.stringify({ machine, requests, grown })}\n` : `\n${title}\n${growthTable(grown)}\n`);
    if (values.write)
      writePerformancePage({ growth: `${requests} requests of each, one after the other; ${measuredOn()}.\n\n${growthTable(grown)}` });
  });
}

await runCommand(main);
