import { createHook } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '#platform/logger.ts';
import { openKafkaLog } from '../kafka/log.ts';

/** A process with one member of a group, for tests: reports when it has joined, then how many timers it arms while idle. */
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
const armed: string[] = [];
const counting = createHook({ init: (_id, type) => void (type === 'Timeout' && armed.push(type)) }).enable();
await sleep(2000);
counting.disable();
process.send?.({ timersWhileIdle: armed.length, warnings });
