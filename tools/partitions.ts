import { metadataMaxAgeMs } from '#kafka/kafka/client.ts';
import { growTopic } from '#kafka/kafka/grow-topic.ts';
import { allTopics } from '#kafka/topics.ts';
import { readCommandLine } from '#platform/command.ts';
import { createLogger } from '#platform/logger.ts';
import { findKafka, runCommand, UsageError, usageOfStores } from './recovery/stores.ts';

const usage = `npm run partitions -- TOPIC N     gives a topic of Kafka N partitions, while the shop runs

It can have more of them, never fewer, and only a topic that is not compacted: checkout, password-resets, sessions, traces, logs.
docs/operations.md says what that does to the order of events.

${usageOfStores}`;

const { values, positionals } = readCommandLine(usage, { data: { type: 'string', default: '.data' } }, 2);

await runCommand(async () => {
  const [name, count = ''] = positionals;
  const known = allTopics.find(([topic]) => topic === name);
  if (known === undefined) throw new UsageError(`Which topic? One of ${allTopics.map(([topic]) => topic).join(', ')}.`);
  if (!/^[1-9]\d{0,3}$/.test(count)) throw new UsageError('How many partitions? A whole number, as in: npm run partitions -- checkout 12');
  const kafka = findKafka(values.data);
  const before = await growTopic(
    { ...kafka, clientId: 'partitions', logger: createLogger('partitions', 'silent') },
    known[0],
    Number(count),
  );
  const after =
    before === Number(count) ? 'as before' : `it had ${before}; every service finds the new ones within ${metadataMaxAgeMs / 1000} s`;
  process.stdout.write(`The topic ${known[0]} has ${count} partitions: ${after}.\n`);
});
