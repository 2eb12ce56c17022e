import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import { createCustomer, createProduct, type Stage } from '../demo/scene.ts';
import { serviceNames } from '../dev/services.ts';
import { startShop } from '../dev/shop.ts';
import { createShopClient, logIn } from '../shop-client.ts';
import { percentile } from './percentile.ts';

const usage = `What tracing costs: the greatest number of paid orders a second without it, with a tenth of the traces and with all of them. Starts a shop of
its own for each measurement, one after the other, in turns.

npm run bench:tracing                       three rounds of 20 s with 40 customers
npm run bench:tracing -- --rounds 5 --seconds 30 --customers 80`;

type Environment = Readonly<Record<string, string>>;
const variants: readonly { readonly name: string; readonly env: Environment }[] = [
  { name: 'off', env: { OTEL_TRACES_EXPORTER: 'none' } },
  { name: 'a tenth', env: { OTEL_TRACES_EXPORTER: 'kafka', OTEL_TRACES_SAMPLER_ARG: '0.1' } },
  { name: 'all', env: { OTEL_TRACES_EXPORTER: 'kafka', OTEL_TRACES_SAMPLER_ARG: '1' } },
];
const unlimited = { RATE_LIMIT_BURST: '0', GUEST_RATE_LIMIT_BURST: '0', AUTH_RATE_LIMIT_BURST: '0', VISIT_RATE_LIMIT_BURST: '0' };
const roomy = { PASSWORD_HASHES_WAITING: '1000', PASSWORD_WAIT_MS: '120000' };
const warmUpSeconds = 8;

type Load = { readonly seconds: number; readonly customers: number };

/** Paid orders a second, of customers who wait for each of their orders on their socket. */
async function measure(env: Environment, load: Load): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'marigold-tracing-'));
  const all = Object.fromEntries(serviceNames.map((name) => [name, env]));
  const shop = await startShop({
    dataDir,
    ports: 'free',
    quiet: true,
    env: { ...all, gateway: { ...env, ...unlimited }, user: { ...env, ...roomy } },
  });
  try {
    const { login, password } = shop.credentials.admin;
    const admin = createShopClient(shop.gatewayUrl, (await logIn(shop.gatewayUrl, login, password)).accessToken);
    const stage: Stage = { gatewayUrl: shop.gatewayUrl, admin, output: { print: () => {}, move: () => {} } };
    const paid = await buyFor(stage, load);
    await admin.close();
    return paid;
  } finally {
    await shop.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function buyFor(stage: Stage, { seconds, customers }: Load): Promise<number> {
  const product = await createProduct(stage, 'Stopwatch', 1_000_000);
  const people = await Promise.all(Array.from({ length: customers }, () => createCustomer(stage)));
  const from = performance.now() + warmUpSeconds * 1000;
  const until = from + seconds * 1000;
  const shopping = people.map(async (customer) => {
    let paid = 0;
    while (performance.now() < until) {
      await customer.fill([{ productId: product, quantity: 1 }]);
      const order = await customer.place('card-ok');
      if ('rejected' in order) throw new Error(`The order was rejected: ${order.rejected}.`);
      await customer.watch(order.id, (move) => move.status === 'PAID');
      const now = performance.now();
      if (now >= from && now < until) paid += 1;
      await customer.cartEmptied();
    }
    await customer.close();
    return paid;
  });
  return (await Promise.all(shopping)).reduce((sum, paid) => sum + paid, 0) / seconds;
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = readCommandLine(usage, {
    rounds: { ...text, default: '3' },
    seconds: { ...text, default: '20' },
    customers: { ...text, default: '40' },
  });
  const load = { seconds: positive(values.seconds, '--seconds'), customers: positive(values.customers, '--customers') };
  const rounds = positive(values.rounds, '--rounds');
  const found = variants.map((variant) => ({ ...variant, rates: [] as number[] }));
  for (let round = 1; round <= rounds; round += 1)
    for (const variant of found) {
      const rate = await measure(variant.env, load);
      variant.rates.push(rate);
      process.stdout.write(
        `${color.dim(`round ${round} of ${rounds}`)}  traces ${variant.name.padEnd(8)} ${rate.toFixed(1).padStart(7)} paid/s\n`,
      );
    }
  const median = (rates: readonly number[]) =>
    percentile(
      rates.toSorted((a, b) => a - b),
      0.5,
    );
  const base = median(found[0]?.rates ?? []);
  process.stdout.write(
    `\n${color.bold('Paid orders a second')}, ${load.customers} customers, medians of ${rounds}; ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`,
  );
  for (const { name, rates } of found) {
    const rate = median(rates);
    process.stdout.write(
      `traces ${name.padEnd(10)}${rate.toFixed(1).padStart(8)}${`${((100 * rate) / base).toFixed(1)} %`.padStart(10)}\n`,
    );
  }
}

function positive(value: string, option: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option} takes a whole number from 1, not "${value}".`);
  return number;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
