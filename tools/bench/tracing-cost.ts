import { cpus } from 'node:os';
import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import { serviceNames } from '../dev/services.ts';
import { loadProcess, supervisorProcess } from '../load/processes.ts';
import { withOwnShop } from '../own-shop.ts';
import { runCommand, wholeNumber } from '../run-command.ts';
import { percentile } from './percentile.ts';
import { runLoad } from './run-load.ts';

const usage = `What tracing costs: the greatest number of paid orders a second, and the CPU of one, without it, with a tenth of the traces and with all of them. Starts
three shops of its own and warms them up; then npm run load buys in one after the other, in turns, so that a slow moment of the machine meets all of them.

npm run bench:tracing                       five rounds of 15 s with 50 customers
npm run bench:tracing -- --rounds 9 --seconds 30 --customers 80`;

type Environment = Readonly<Record<string, string>>;
const variants: readonly { readonly name: string; readonly env: Environment }[] = [
  { name: 'off', env: { OTEL_TRACES_EXPORTER: 'none' } },
  { name: 'a tenth', env: { OTEL_TRACES_EXPORTER: 'kafka', OTEL_TRACES_SAMPLER_ARG: '0.1' } },
  { name: 'all', env: { OTEL_TRACES_EXPORTER: 'kafka', OTEL_TRACES_SAMPLER_ARG: '1' } },
];
/** What was just started is interpreted for its first thousand orders, which take twice the CPU of later ones. */
const firstWarmUpSeconds = 60;
const warmUpSeconds = 3;

type Load = { readonly seconds: number; readonly customers: number };
type Measured = { readonly paidPerSecond: number; readonly cpuMsPerOrder: number };
type Variant = { readonly name: string; readonly dataDir: string; readonly measured: Measured[] };

/** Starts a shop for each variant; they run beside each other while `use` works. */
function withShops<T>(interrupted: AbortSignal, use: (shops: readonly Variant[]) => Promise<T>): Promise<T> {
  const start = ([variant, ...others]: typeof variants, started: readonly Variant[]): Promise<T> => {
    if (variant === undefined) return use(started);
    const env = Object.fromEntries(serviceNames.map((name) => [name, variant.env]));
    return withOwnShop({ name: 'tracing', env, interrupted }, (_, dataDir) =>
      start(others, [...started, { name: variant.name, dataDir, measured: [] }]),
    );
  };
  return start(variants, []);
}

/** Of the services and servers of the shop: the command itself supervises all three, and the load is not the shop's. */
async function measure({ dataDir }: Variant, load: Load, interrupted: AbortSignal): Promise<Measured> {
  const options = { users: load.customers, duration: load.seconds, 'warm-up': warmUpSeconds, flow: 'checkout' };
  const { tally, seconds, processes } = await runLoad(dataDir, options, interrupted);
  const own = processes.filter(({ name }) => name !== loadProcess && name !== supervisorProcess);
  return { paidPerSecond: tally.paid / seconds, cpuMsPerOrder: own.reduce((sum, process) => sum + process.cpuMs, 0) / tally.paid };
}

async function main(interrupted: AbortSignal): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = readCommandLine(usage, {
    rounds: { ...text, default: '5' },
    seconds: { ...text, default: '15' },
    customers: { ...text, default: '50' },
  });
  const load = { seconds: wholeNumber('--seconds', values.seconds), customers: wholeNumber('--customers', values.customers) };
  const rounds = wholeNumber('--rounds', values.rounds);
  const say = (line: string) => void process.stderr.write(`${color.dim(line)}\n`);
  say(`starting ${variants.length} shops`);
  await withShops(interrupted, async (shops) => {
    for (const { name, dataDir } of shops) {
      say(`${firstWarmUpSeconds} s of warm-up, traces ${name}`);
      await runLoad(dataDir, { users: load.customers, duration: 1, 'warm-up': firstWarmUpSeconds, flow: 'checkout' }, interrupted);
    }
    for (let round = 1; round <= rounds; round += 1)
      for (const shop of inTurn(shops, round)) {
        const measured = await measure(shop, load, interrupted);
        shop.measured.push(measured);
        say(`round ${round} of ${rounds}  ${row(shop.name, measured)}`);
      }
    report(shops, load.customers, rounds);
  });
}

/** Another one is the first of each round. */
const inTurn = <T>(all: readonly T[], round: number): T[] => all.map((_, index) => all[(index + round) % all.length] as T);

function report(shops: readonly Variant[], customers: number, rounds: number): void {
  const base = medianOf(shops[0]?.measured ?? []);
  process.stdout.write(
    `\n${color.bold('What tracing costs')}, ${customers} customers, medians of ${rounds} rounds; ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`,
  );
  for (const { name, measured } of shops) {
    const median = medianOf(measured);
    const share = `${((100 * median.paidPerSecond) / base.paidPerSecond).toFixed(1)} % of the orders`;
    process.stdout.write(
      `${row(name, median)}   ${share}, ${((100 * median.cpuMsPerOrder) / base.cpuMsPerOrder).toFixed(1)} % of the CPU\n`,
    );
  }
}

const row = (name: string, { paidPerSecond, cpuMsPerOrder }: Measured): string =>
  `traces ${name.padEnd(8)}${paidPerSecond.toFixed(1).padStart(8)} paid a second${cpuMsPerOrder.toFixed(2).padStart(9)} ms of CPU an order`;

function medianOf(measured: readonly Measured[]): Measured {
  const of = (read: (one: Measured) => number) =>
    percentile(
      measured.map(read).sort((one, other) => one - other),
      0.5,
    );
  return { paidPerSecond: of((one) => one.paidPerSecond), cpuMsPerOrder: of((one) => one.cpuMsPerOrder) };
}

await runCommand(main);
