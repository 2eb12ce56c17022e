import { existsSync } from 'node:fs';
import { readCommandLine } from '#platform/command.ts';
import { restore } from './recovery/backup.ts';
import { findPostgres, findTarget, runCommand, UsageError, usageOfStores } from './recovery/stores.ts';

const usage = `npm run restore -- SERVICE FILE     makes the database of a service anew, from what npm run backup wrote

The service must be stopped. Afterwards: npm run reconcile -- SERVICE, before it is started again.

  --replace     the database that is there is kept under another name; without this it must be gone, or empty
${usageOfStores}`;

const { values, positionals } = readCommandLine(
  usage,
  { data: { type: 'string', default: '.data' }, replace: { type: 'boolean', default: false } },
  2,
);

await runCommand(async () => {
  const [name, file] = positionals;
  const target = findTarget(name, () => findPostgres(values.data));
  if (file === undefined || !existsSync(file)) throw new UsageError(file === undefined ? 'From which file?' : `There is no file ${file}.`);
  const { rows, takenAt, kept } = await restore(target(), file, values.replace);
  if (kept !== null) process.stdout.write(`What was there is kept as ${kept}.\n`);
  process.stdout.write(`${name} has its ${rows} rows of ${takenAt}. Now: npm run reconcile -- ${name}, then start the service.\n`);
});
