import { resolve } from 'node:path';
import { readCommandLine } from '#platform/command.ts';
import { logLevels } from '#platform/log-files/search-logs.ts';
import { collectedLogs } from './dev/data-folder.ts';
import { LogsError, readQuery } from './logs/query.ts';
import { showLogs } from './logs/show-logs.ts';

const usage = `npm run logs -- [OPTION …]     the logs of the shop that npm start runs, or ran; the newest records, the last one at the bottom

  --order NUMBER    what belongs to an order, by its number or its id, in all services
  --trace ID        what belongs to a trace
  --service NAME    what one service logged
  --level LEVEL     ${logLevels.join(', ')}, and above
  --text TEXT       records that hold it, in any case
  --since TIME      10m, 2h, 1d, or a moment: 2026-11-28T10:00:00Z
  --first N         so many at most, 200
  --follow          goes on with what is logged from now on, until Ctrl-C
  --json            the records as they are, one JSON object a line
  --data DIR        the data folder of the shop, .data

It reads the collected files in the data folder, so that it works while the shop is down, too.`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const { data, ...values } = readCommandLine(usage, {
  order: text,
  trace: text,
  service: text,
  level: text,
  text,
  since: text,
  first: text,
  data: text,
  follow: flag,
  json: flag,
}).values;

// the reader has closed the pipe
process.stdout.once('error', () => process.exit(0));

try {
  await showLogs(collectedLogs(resolve(data ?? '.data')), readQuery(values, Date.now()), {
    write: (line) => process.stdout.write(`${line}\n`),
    note: (sentence) => process.stderr.write(`${sentence}\n`),
    inColour: process.stdout.isTTY === true && !process.env['NO_COLOR'],
  });
} catch (error) {
  if (!(error instanceof LogsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
