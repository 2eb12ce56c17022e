import { setTimeout as sleep } from 'node:timers/promises';
import { readCommandLine } from '#platform/command.ts';
import { askInvariants } from './invariants/ask-invariants.ts';
import { closedLoop, openLoop } from './load/arrivals.ts';
import type { Acknowledged, LoadCustomer } from './load/customer.ts';
import { Measurements } from './load/measurements.ts';
import { commandLine, type LoadOptions, readOptions, usage } from './load/options.ts';
import { ProcessWatch } from './load/processes.ts';
import { profileEach } from './load/profile.ts';
import { Progress } from './load/progress.ts';
import { describe, generatorLimit, machine, type Report } from './load/report.ts';
import { adminUrlsOf, Customers, findShop, type LoadedShop, nodeProcessesOf, pidsOf, prepareOffer } from './load/shop.ts';
import { visit } from './load/visit.ts';
import { readWork, workBetween } from './load/work.ts';
import { runCommand } from './run-command.ts';

/** How long orders, mails and events may be under way after the last visit. */
const settleWithinMs = 120_000;

type Measured = Pick<Report, 'seconds' | 'processes' | 'work'>;

/** Lets customers come until the time is over or somebody interrupts; resolves when all visits that had begun are over. */
async function measure(
  shop: LoadedShop,
  { warmUpSeconds, seconds, profile }: LoadOptions,
  arrive: (signal: AbortSignal) => Promise<void>,
  measurements: Measurements,
  progress: Progress,
  interrupted: AbortSignal,
): Promise<Measured> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, interrupted]);
  const pause = (duration: number) => sleep(duration * 1000, undefined, { signal }).catch(() => undefined);
  const visiting = arrive(signal);
  progress.say(`${warmUpSeconds} s of warm-up`);
  await pause(warmUpSeconds);
  const workBefore = await readWork(adminUrlsOf(shop));
  const watch = new ProcessWatch(pidsOf(shop));
  watch.start();
  measurements.begin();
  const begun = performance.now();
  progress.watch(seconds);
  const profiling = profile === null ? null : profileEach(nodeProcessesOf(shop), profile, signal);
  await Promise.all([pause(seconds), profiling]);
  measurements.end();
  const [measuredSeconds, processes] = [(performance.now() - begun) / 1000, watch.stop()];
  const work = workBetween(workBefore, await readWork(adminUrlsOf(shop)));
  progress.end();
  over.abort();
  progress.say('waiting for the last visits');
  await visiting;
  return { seconds: measuredSeconds, processes, work };
}

/** Resolves to what lets customers come, when those who come back are logged in. */
async function prepareArrivals(
  { arrivals, newCustomers }: LoadOptions,
  visitOf: (customer: LoadCustomer) => Promise<void>,
  customers: Customers,
  measurements: Measurements,
  progress: Progress,
): Promise<(signal: AbortSignal) => Promise<void>> {
  const visitOnce = async () => {
    const customer = customers.stranger();
    await visitOf(customer);
    await customer.close();
  };
  if (newCustomers) {
    if (arrivals.kind === 'open') return (signal) => openLoop(arrivals.perSecond, [], async () => null, visitOnce, signal, measurements);
    return (signal) => closedLoop(Array(arrivals.users).fill(null), visitOnce, signal);
  }
  // with an open loop, others come in when all are visiting
  const count = arrivals.kind === 'closed' ? arrivals.users : Math.min(500, arrivals.perSecond);
  const people = await customers.returning(count, (ready) => progress.say(`${ready} of ${count} customers are logged in`));
  if (arrivals.kind === 'closed') return (signal) => closedLoop(people, visitOf, signal);
  return (signal) => openLoop(arrivals.perSecond, people, () => customers.another(), visitOf, signal, measurements);
}

async function main(interrupted: AbortSignal): Promise<number> {
  const { values } = readCommandLine(usage, commandLine);
  const options = readOptions(values);
  const shop = await findShop(options.dataDir);
  const measurements = new Measurements();
  const progress = new Progress(measurements);
  const acknowledged: Acknowledged[] = [];
  const customers = new Customers(shop, measurements, (order) => acknowledged.push(order));
  const offer = await prepareOffer(shop, options);
  const visitOf = (customer: LoadCustomer) => visit(customer, offer, options, measurements);
  const arrive = await prepareArrivals(options, visitOf, customers, measurements, progress);
  const measured = await measure(shop, options, arrive, measurements, progress, interrupted);
  await Promise.all([customers.close(), shop.admin.close()]);
  const { tally } = measurements;
  progress.say('asking the databases and the ledger of the provider');
  const invariants = await askInvariants(shop, settleWithinMs, { witnesses: acknowledged });
  progress.end();
  const report: Report = {
    options,
    machine,
    ...measured,
    tally,
    steps: measurements.figures(),
    generator: generatorLimit(options.arrivals, tally.visits, measured, measurements.latenessP99),
    invariants,
  };
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : describe(report));
  return invariants.some(({ broken }) => broken.length > 0) ? 1 : 0;
}

await runCommand(main);
