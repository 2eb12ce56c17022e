import { readCommandLine } from '#platform/command.ts';
import { backUp } from './recovery/backup.ts';
import { findPostgres, findTarget, runCommand, UsageError, usageOfStores } from './recovery/stores.ts';

const usage = `npm run backup -- SERVICE FILE     writes all rows of a service's database into a file, as of one moment, while the shop runs

SERVICE is product, cart, order, user, payment or mail. The file holds people's data, and only its owner may read it.
npm run restore makes the database of it; docs/operations.md has the procedure. Large shops take pg_dump or the backups of their platform.

${usageOfStores}`;

const { values, positionals } = readCommandLine(usage, { data: { type: 'string', default: '.data' } }, 2);

await runCommand(async () => {
  const [name, file] = positionals;
  const target = findTarget(name, () => findPostgres(values.data));
  if (file === undefined) throw new UsageError('Into which file? As in: npm run backup -- order order.backup');
  const rows = await backUp(target(), file);
  process.stdout.write(`${rows} rows of ${name} are in ${file}.\n`);
});
