import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '#platform/logger.ts';
import { openKafkaLog } from '../kafka/log.ts';

/** A process with one member of a group, for tests: reports when it has joined, then how much CPU it uses while idle. */
const warnings: string[] = [];
process.on('warning', ({ name }) => warnings.push(name));
const [broker = '', group = '', memberId = ''] = process.argv.slice(2);
const log = openKafkaLog({ brokers: [broker], clientId: 'member', logger: createLogger('member', 'silent') });

await log.subscribe({
  group,
  memberId,
  topics: ['checkout', 'catalogue', 'accounts'],
  from: 'end',
  minFetchIntervalMs: 10,
  handle: async () => undefined,
  onJoined: () => process.send?.({ joined: true }),
});
await log.publish([{ topic: 'checkout.dead', key: 'warm-up', headers: {}, value: null }]);
await sleep(1000);
const before = process.cpuUsage();
await sleep(2000);
const { user, system } = process.cpuUsage(before);
process.send?.({ cpuMsPerSecond: (user + system) / 2000, warnings });
