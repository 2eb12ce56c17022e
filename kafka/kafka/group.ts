import type { Logger } from '#platform/logger.ts';
import type { SubscribeOptions } from '../event-log.ts';
import type { KafkaClient } from './client.ts';

/** What kafkajs calls its cluster, as far as we need it. */
type Coordinator = {
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
  offsetCommit(request: {
    groupId: string;
    groupGenerationId: number;
    memberId: string;
    topics: { topic: string; partitions: { partition: number; offset: string }[] }[];
  }): Promise<unknown>;
};
type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  findGroupCoordinator(request: { groupId: string }): Promise<Coordinator>;
};

/** A member's name on the broker: who it is, and in which process it lives. */
export function clientIdOf(memberId: string, pid = process.pid): string {
  return `${memberId}#${pid}`;
}

/**
 * Before a member joins. It removes its own dead self: a process that was killed leaves its member behind, and the group would give it its
 * partitions until its session ends (6 s without a paid order; 1 s with this). And it notes where a group begins that reads from the end.
 */
export async function prepareGroup(client: KafkaClient, subscriber: SubscribeOptions, logger: Logger): Promise<void> {
  const admin = client.admin();
  try {
    await admin.connect();
    const { groups } = await admin.describeGroups([subscriber.group]);
    const members = groups[0]?.members ?? [];
    const dead = members.filter((member) => isDeadSelf(member.clientId, subscriber.memberId));
    if (dead.length > 0) {
      await onCoordinator(client, subscriber.group, async (coordinator) => {
        for (const { memberId } of dead) await coordinator.leaveGroup({ groupId: subscriber.group, memberId });
      });
      logger.info({ group: subscriber.group, members: dead.length }, 'removed the member that was left by a dead process');
    }
    if (subscriber.from === 'end' && members.length === dead.length) await beginAtEnd(client, admin, subscriber);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Only a member of the same name whose process is gone from this machine, or had our own number: never another one that lives. */
export function isDeadSelf(clientId: string, memberId: string): boolean {
  if (!clientId.startsWith(`${memberId}#`)) return false;
  const pid = Number(clientId.slice(memberId.length + 1));
  // 0 is the whole process group, which always lives
  if (!Number.isInteger(pid) || pid <= 0) return false;
  return pid === process.pid || !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Commits the ends of the partitions as the positions of a group that has none, so that no rejoin jumps over what came meanwhile. */
async function beginAtEnd(
  client: KafkaClient,
  admin: ReturnType<KafkaClient['admin']>,
  { group, topics }: SubscribeOptions,
): Promise<void> {
  const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
  const known = new Set(
    committed.flatMap(({ topic, partitions }) =>
      partitions.filter(({ offset }) => offset !== '-1').map(({ partition }) => `${topic}/${partition}`),
    ),
  );
  const missing = await Promise.all(
    topics.map(async (topic) => {
      const ends = await admin.fetchTopicOffsets(topic);
      const partitions = ends
        .filter(({ partition }) => !known.has(`${topic}/${partition}`))
        .map(({ partition, high }) => ({ partition, offset: high }));
      return { topic, partitions };
    }),
  );
  const toCommit = missing.filter(({ partitions }) => partitions.length > 0);
  if (toCommit.length === 0) return;
  // generation -1 and no member: how a client outside an empty group sets its offsets
  await onCoordinator(client, group, (coordinator) =>
    coordinator.offsetCommit({ groupId: group, groupGenerationId: -1, memberId: '', topics: toCommit }),
  );
}

/**
 * kafkajs has no public call for either request, so its own cluster is taken by the symbol under which the client makes it.
 * To be removed when its admin can remove members and set offsets without joining.
 */
async function onCoordinator(client: KafkaClient, groupId: string, work: (coordinator: Coordinator) => Promise<unknown>): Promise<void> {
  const symbol = Object.getOwnPropertySymbols(client).find((candidate) => String(candidate).includes('createCluster'));
  if (symbol === undefined) throw new Error('kafkajs has changed: its client makes no cluster any more');
  const create = (client as unknown as Record<symbol, (options: object) => Cluster>)[symbol];
  const cluster = create?.({ metadataMaxAge: 300_000, allowAutoTopicCreation: false });
  if (cluster === undefined) throw new Error('kafkajs has changed: its client makes no cluster any more');
  try {
    await cluster.connect();
    await work(await cluster.findGroupCoordinator({ groupId }));
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}
