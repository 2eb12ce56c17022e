import type { Lag } from '../event-log.ts';
import { topicNames } from '../topics.ts';
import { AssignerProtocol, type KafkaClient } from './client.ts';

type Admin = ReturnType<KafkaClient['admin']>;
/** Of one partition: what is there, from `low` to before `high`. */
type Held = { readonly partition: number; readonly low: string; readonly high: string };

/** How far the groups are behind, as the broker knows it: positions are written down some times a second. One try; rejects when it fails. */
export async function readLag(client: KafkaClient, groups: readonly string[]): Promise<Lag[]> {
  const admin = client.admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
    const held: [Lag['topic'], readonly Held[]][] = [];
    // one after the other: kafkajs takes a refresh of its metadata that is under way for one that knows the next topic, too
    for (const topic of topicNames) held.push([topic, await admin.fetchTopicOffsets(topic)]);
    const described = groups.length === 0 ? { groups: [] } : await admin.describeGroups([...groups]);
    const known = described.groups.filter(({ state }) => state !== 'Dead');
    const behind = known.map(({ groupId, members }) => lagOf(admin, groupId, members, held));
    return (await Promise.all(behind)).flat();
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function lagOf(
  admin: Admin,
  group: string,
  members: readonly { memberAssignment: Buffer }[],
  held: readonly (readonly [Lag['topic'], readonly Held[]])[],
): Promise<Lag[]> {
  const positions = await admin.fetchOffsets({ groupId: group, topics: held.map(([topic]) => topic) });
  const read = new Map(positions.map(({ topic, partitions }) => [topic, partitions.filter(({ offset }) => offset !== '-1')]));
  const assigned = new Set(members.flatMap(({ memberAssignment }) => topicsOf(memberAssignment)));
  return held
    .filter(([topic]) => assigned.has(topic) || (read.get(topic)?.length ?? 0) > 0)
    .map(([topic, partitions]) => {
      const next = new Map(read.get(topic)?.map(({ partition, offset }) => [partition, BigInt(offset)]));
      const messages = partitions.reduce((sum, held) => sum + left(held, next.get(held.partition) ?? 0n), 0);
      return { group, topic, messages, members: members.length };
    });
}

/** Messages deleted by retention do not count as lag. */
function left({ low, high }: Held, position: bigint): number {
  const from = position > BigInt(low) ? position : BigInt(low);
  return Math.max(0, Number(BigInt(high) - from));
}

function topicsOf(assignment: Buffer): string[] {
  // a member that has just joined has none
  if (assignment.length === 0) return [];
  return Object.keys(AssignerProtocol.MemberAssignment.decode(assignment)?.assignment ?? {});
}
