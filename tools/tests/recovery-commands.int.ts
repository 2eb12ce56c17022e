import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const run = (name: string, env: Record<string, string>, ...args: string[]) => {
  const script = fileURLToPath(new URL(`../${name}.ts`, import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
  return { status, stderr };
};
const kafka = { KAFKA_BROKERS: '127.0.0.1:9', POSTGRES_URL: 'postgres://nobody@127.0.0.1:9/postgres' };

// each before anything is connected to, or because nothing answers
test.each<[what: string, name: string, env: Record<string, string>, args: string[], status: number, sentence: RegExp]>([
  ['a compacted topic', 'partitions', kafka, ['accounts', '12'], 1, /^The topic accounts is compacted: [^\n]*\n$/],
  ['a Kafka that is away', 'reconcile', kafka, ['order'], 1, /^[^\n]*127\.0\.0\.1:9[^\n]*\n$/],
  ['a PostgreSQL that is away', 'backup', kafka, ['order', '/tmp/none'], 1, /^The PostgreSQL at 127\.0\.0\.1:9 [^\n]*\n$/],
  ['no shop', 'backup', { POSTGRES_URL: '' }, ['order', '/tmp/none', '--data', '/nowhere'], 1, /^No shop runs on \/nowhere: [^\n]*\n$/],
])(
  '%s is reported in one sentence',
  (_, name, env, args, status, sentence) => {
    expect(run(name, env, ...args)).toEqual({ status, stderr: expect.stringMatching(sentence) });
  },
  60_000,
);
