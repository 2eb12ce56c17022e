import { join } from 'node:path';
import { readCommandLine } from '#platform/command.ts';
import { openSmtpSink } from '#tests/support/smtp-sink.ts';
import { exercise } from './copies/exercise.ts';
import { reportOf } from './copies/report.ts';
import { guestBudget } from './copies/shared-limit.ts';
import { startCopies } from './copies/start-copies.ts';
import { mapServices } from './dev/environment.ts';
import { runCommand, unlessInterrupted, wholeNumber } from './run-command.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

const usage = `Whether several copies of everything work together: starts a system of its own, with a Kafka of three brokers and two copies of every subgraph
and of the gateway, has customers buy at both gateways, restarts everything one after the other meanwhile, and compares what the customers saw
with what is kept. Needs Java 17 and redis-server.

npm run test:copies
npm run test:copies -- --brokers 3 --copies 2 --customers 5     as many
npm run test:copies -- --data DIR                               keeps its data and logs there, instead of in a folder that is removed
npm run test:copies -- --help                                   this text

Ends with 0 when every claim holds, with 1 when one does not, with 2 when it could not begin.`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * Traces and logs would take time from what is tested. What comes late on a busy machine is no fault of the copies: neither an order that is cancelled
 * at its deadline, nor a call that takes long.
 */
function environment() {
  const quiet = { OTEL_TRACES_EXPORTER: 'none', LOGS_EXPORTER: 'none' };
  const unlimited = { AUTH_RATE_LIMIT_BURST: '0', VISIT_RATE_LIMIT_BURST: '0' };
  const guests = { GUEST_RATE_LIMIT_BURST: String(guestBudget.burst), GUEST_RATE_LIMIT_PER_SECOND: String(guestBudget.perSecond) };
  const patient = { PENDING_DEADLINE_MS: '60000', PAYMENT_DEADLINE_MS: '60000' };
  return {
    ...mapServices(() => quiet),
    order: { ...quiet, ...patient },
    gateway: { ...quiet, ...unlimited, ...guests, SUBGRAPH_TIMEOUT_MS: '20000' },
  };
}

async function main(stopping: AbortSignal): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = readCommandLine(usage, {
    brokers: { ...text, default: '3' },
    copies: { ...text, default: '2' },
    customers: { ...text, default: '5' },
    data: text,
  });
  const size = {
    brokers: wholeNumber('--brokers', values.brokers),
    copies: wholeNumber('--copies', values.copies),
    customers: wholeNumber('--customers', values.customers),
  };
  if (values.data !== undefined) return runOn(values.data, size, stopping);
  return withTemporaryFolder('copies', (dataDir) => runOn(dataDir, size, stopping));
}

type Size = { readonly brokers: number; readonly copies: number; readonly customers: number };

async function runOn(dataDir: string, { brokers, copies, customers }: Size, stopping: AbortSignal): Promise<number> {
  const begun = performance.now();
  const sink = await openSmtpSink();
  try {
    say(`${brokers} brokers, ${copies} copies of each service and of the gateway; their logs are in ${join(dataDir, 'logs')}`);
    const system = await startCopies({
      ...{ dataDir, brokers, copies, smtpUrl: sink.url, env: environment(), signal: stopping },
      onState: (name, state) => state.is === 'ready' && say(`  ${name.padEnd(13)} ready`),
      onProblem: (name, message) => say(`  ${name.padEnd(13)} ${message}`),
    });
    try {
      const exercised = exercise({ copies: system, sink, customers, stopping, say: (line) => say(`  ${line}`) });
      const done = await unlessInterrupted(stopping, exercised);
      say(reportOf(done, (performance.now() - begun) / 1000));
      return done.problems.length === 0 ? 0 : 1;
    } finally {
      await system.stop();
    }
  } finally {
    await sink.stop();
  }
}

await runCommand(main);
// what the customers have open is not waited for
process.exit();
