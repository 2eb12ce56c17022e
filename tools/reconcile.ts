import { readCommandLine } from '#platform/command.ts';
import { reconcile } from './recovery/reconcile.ts';
import { findKafka, findPostgres, findTarget, runCommand, usageOfStores } from './recovery/stores.ts';

const usage = `npm run reconcile -- SERVICE     brings a restored database in step with the event log, while its service is stopped

It compares the events that the service published with its tables, and reports each difference; and it moves the service's consumer group back to the
first event that the database does not know. What is done about what: docs/operations.md. A second time it finds nothing to do.

${usageOfStores}`;

const { values, positionals } = readCommandLine(usage, { data: { type: 'string', default: '.data' } }, 1);

await runCommand(async () => {
  const [name] = positionals;
  const target = findTarget(name, () => findPostgres(values.data));
  const { differences, unhandled, movedPartitions } = await reconcile(target(), findKafka(values.data));
  for (const difference of differences) process.stdout.write(`- ${difference}.\n`);
  process.stdout.write(
    `${differences.length} differences between the tables of ${name} and what it published; ${unhandled} events of others are handled again when it starts (${movedPartitions} partitions moved back).\n`,
  );
});
