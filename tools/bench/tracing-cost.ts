import { cpus } from 'node:os';
import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import { serviceNames } from '../dev/services.ts';
import { loadProcess } from '../load/processes.ts';
import { withOwnShop } from '../own-shop.ts';
import { runCommand, wholeNumber } from '../run-command.ts';
import { percentile } from './percentile.ts';
import { runLoad } from './run-load.ts';

const usage = `What tracing costs: the greatest number of paid orders a second, and the CPU of one, without it, with a tenth of the traces and with all of them. Starts
a shop of its own for each measurement, one after the other, in turns, and has npm run load buy there.

npm run bench:tracing                       three rounds of 20 s with 50 customers
npm run bench:tracing -- --rounds 5 --seconds 30 --customers 80`;

type Environment = Readonly<Record<string, string>>;
const variants: readonly { readonly name: string; readonly env: Environment }[] = [
  { name: 'off', env: { OTEL_TRACES_EXPORTER: 'none' } },
  { name: 'a tenth', env: { OTEL_TRACES_EXPORTER: 'kafka', OTEL_TRACES_SAMPLER_ARG: '0.1' } },
  { name: 'all', env: { OTEL_TRACES_EXPORTER: 'kafka', OTEL_TRACES_SAMPLER_ARG: '1' } },
];
/** What was just started is interpreted for its first thousand orders, which take twice the CPU of later ones. */
const warmUpSeconds = 60;

type Load = { readonly seconds: number; readonly customers: number };
type Measured = { readonly paidPerSecond: number; readonly cpuMsPerOrder: number };

/** Of the processes of the shop, without that of the load. */
function measure(env: Environment, load: Load, interrupted: AbortSignal): Promise<Measured> {
  const all = Object.fromEntries(serviceNames.map((name) => [name, env]));
  return withOwnShop({ name: 'tracing', env: all, interrupted }, async (_, dataDir) => {
    const options = { users: load.customers, duration: load.seconds, 'warm-up': warmUpSeconds, flow: 'checkout' };
    const { tally, seconds, processes } = await runLoad(dataDir, options, interrupted);
    const cpuMs = processes.filter(({ name }) => name !== loadProcess).reduce((sum, process) => sum + process.cpuMs, 0);
    return { paidPerSecond: tally.paid / seconds, cpuMsPerOrder: cpuMs / tally.paid };
  });
}

async function main(interrupted: AbortSignal): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = readCommandLine(usage, {
    rounds: { ...text, default: '3' },
    seconds: { ...text, default: '20' },
    customers: { ...text, default: '50' },
  });
  const load = { seconds: wholeNumber('--seconds', values.seconds), customers: wholeNumber('--customers', values.customers) };
  const rounds = wholeNumber('--rounds', values.rounds);
  const found = variants.map((variant) => ({ ...variant, measured: [] as Measured[] }));
  for (let round = 1; round <= rounds; round += 1)
    for (const variant of found) {
      const measured = await measure(variant.env, load, interrupted);
      variant.measured.push(measured);
      process.stdout.write(`${color.dim(`round ${round} of ${rounds}`)}  ${row(variant.name, measured)}\n`);
    }
  const base = medianOf(found[0]?.measured ?? []);
  process.stdout.write(
    `\n${color.bold('What tracing costs')}, ${load.customers} customers, medians of ${rounds}; ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`,
  );
  for (const { name, measured } of found) {
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
