import color from 'picocolors';
import { readCommandLine } from '#platform/command.ts';
import { machine, type Report } from '../load/report.ts';
import { withOwnShop } from '../own-shop.ts';
import { runCommand, wholeNumber } from '../run-command.ts';
import { type Figures, figuresOf, type Series } from './checkout/figures.ts';
import { latencyPlot, processorPlot, throughputPlot } from './checkout/plots.ts';
import { processTable, seriesTable } from './checkout/tables.ts';
import { measuredOn, writePerformancePage } from './performance-page.ts';
import { runLoad } from './run-load.ts';

const usage = `The figures of docs/performance/checkout.md: starts a shop of its own, lets it get warm, and has npm run load buy there with few and with many customers,
one measurement after the other. About eight minutes; nothing else should run on the machine.

npm run bench:checkout                      prints the table
npm run bench:checkout -- --write           writes it into the page, with its plots and checkout.json
npm run bench:checkout -- --seconds 60      of each measurement, 30 by default`;

/** What was just started is interpreted for its first thousand orders, which take twice the CPU of later ones. */
const firstWarmUpSeconds = 60;
const warmUpSeconds = 5;

const checkout = { flow: 'checkout' } as const;
const series: readonly Series[] = [
  { name: '1 customer', options: { ...checkout, users: 1 } },
  { name: '10 customers', options: { ...checkout, users: 10 } },
  { name: '50 customers', options: { ...checkout, users: 50 } },
  { name: '200 customers', options: { ...checkout, users: 200 } },
  { name: '50 customers, four hot products', options: { ...checkout, users: 50, hot: 4 } },
  { name: '50 customers, whole visits', options: { flow: 'shop', users: 50 } },
];

async function measureAll(seconds: number, interrupted: AbortSignal): Promise<Figures[]> {
  const say = (line: string) => void process.stderr.write(`${color.dim(line)}\n`);
  say('starting a shop');
  return withOwnShop({ name: 'checkout', interrupted }, async (_, dataDir) => {
    say(`${firstWarmUpSeconds} s of warm-up`);
    await runLoad(dataDir, { ...checkout, users: 50, duration: 1, 'warm-up': firstWarmUpSeconds }, interrupted);
    const found: Figures[] = [];
    for (const { name, options } of series) {
      const report: Report = await runLoad(dataDir, { ...options, duration: seconds, 'warm-up': warmUpSeconds }, interrupted);
      const figures = figuresOf(name, report);
      say(`${name}: ${figures.paidPerSecond.toFixed(1)} paid a second`);
      found.push(figures);
    }
    return found;
  });
}

async function main(interrupted: AbortSignal): Promise<number> {
  const { values } = readCommandLine(usage, { seconds: { type: 'string', default: '30' }, write: { type: 'boolean' } });
  const found = await measureAll(wholeNumber('--seconds', values.seconds), interrupted);
  process.stdout.write(`\n${machine.cores} × ${machine.model}, Node ${machine.node}\n\n${seriesTable(found)}\n`);
  if (values.write) {
    const byCustomers = found.slice(0, 4);
    writePerformancePage(
      { machine: measuredOn(), series: seriesTable(found), processes: processTable(found) },
      {
        'checkout.json': `${JSON.stringify({ machine, measuredAt: new Date().toISOString(), series: found }, null, 2)}\n`,
        'throughput.svg': throughputPlot(byCustomers),
        'latency.svg': latencyPlot(byCustomers),
        'processor.svg': processorPlot(found.find(({ name }) => name === '50 customers')),
      },
    );
  }
  return found.some(({ broken }) => broken.length > 0) ? 1 : 0;
}

await runCommand(main);
