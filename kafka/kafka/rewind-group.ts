import { createKafka, type KafkaClientOptions } from './client.ts';
import { RejectedChange } from './rejected-change.ts';

/** The next message to be read of a partition. */
export type Position = { readonly topic: string; readonly partition: number; readonly offset: string };

/**
 * Moves a consumer group back to these positions, where it has come further; never forward. Resolves to the number of partitions that moved.
 * @throws RejectedChange while the group has members: they would write their own positions over these.
 */
export async function rewindGroup(options: KafkaClientOptions, group: string, positions: readonly Position[]): Promise<number> {
  const admin = createKafka(options).admin();
  try {
    await admin.connect();
    await assertEmpty(admin, group);
    const topics = Map.groupBy(positions, ({ topic }) => topic);
    const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics.keys()] });
    let moved = 0;
    for (const [topic, wanted] of topics) {
      const reached = new Map(committed.find((one) => one.topic === topic)?.partitions.map(({ partition, offset }) => [partition, offset]));
      const back = wanted.filter(({ partition, offset }) => BigInt(reached.get(partition) ?? -1) > BigInt(offset));
      if (back.length === 0) continue;
      await admin.setOffsets({ groupId: group, topic, partitions: back.map(({ partition, offset }) => ({ partition, offset })) });
      moved += back.length;
    }
    return moved;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** @throws RejectedChange when the group has members, or the broker cannot say. */
export async function assertGroupIsEmpty(options: KafkaClientOptions, group: string): Promise<void> {
  const admin = createKafka(options).admin();
  try {
    await admin.connect();
    await assertEmpty(admin, group);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function assertEmpty(admin: ReturnType<ReturnType<typeof createKafka>['admin']>, group: string): Promise<void> {
  const { groups } = await admin.describeGroups([group]);
  const members = groups[0]?.members.length ?? 0;
  if (members > 0)
    throw new RejectedChange(`The consumer group ${group} has ${members} members: stop the service first, all of its copies.`);
}
