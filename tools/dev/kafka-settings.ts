import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePorts } from './ports.ts';

/** One node of a cluster, broker and controller in one, on the loopback address. */
export type KafkaNode = { readonly id: number; readonly port: number; readonly controllerPort: number };

/** The nodes that form one Kafka; a node is started as `startKafka({ …, node: { id, cluster } })`. */
export type KafkaCluster = { readonly id: string; readonly nodes: readonly KafkaNode[] };

/** Clients speak SASL over TLS there; `settings` of Kafka say with which certificate and mechanisms, and `users` are those of SCRAM. */
export type SecuredListener = {
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly users: readonly { readonly name: string; readonly password: string }[];
};

const mostReplicas = 3;

/** A new cluster of so many nodes, on free ports that stay theirs: clients and nodes remember addresses. */
export async function planKafkaCluster(nodes: number): Promise<KafkaCluster> {
  const ports = await freePorts(Array.from({ length: 2 * nodes }, () => 0));
  return {
    id: newClusterId(),
    nodes: Array.from({ length: nodes }, (_, index) => ({
      id: index + 1,
      port: ports[2 * index] ?? 0,
      controllerPort: ports[2 * index + 1] ?? 0,
    })),
  };
}

/** An id that begins with a hyphen would be taken for an option. */
export const newClusterId = (): string => randomBytes(16).toString('base64url').replace(/^-/, 'A');

/** How often each partition of a cluster of `nodes` is kept, and of these how many must have a message before it is acknowledged. */
export function replicationOf(nodes: number): { readonly replicas: number; readonly inSync: number } {
  const replicas = Math.min(nodes, mostReplicas);
  // of three one may be away; of two none, or an acknowledged message could be lost with one disk
  return { replicas, inSync: Math.max(1, replicas === mostReplicas ? replicas - 1 : replicas) };
}

/** The settings of one node whose log is in `folder`, by Kafka's own names. */
export function settingsOf(folder: string, id: number, { nodes }: KafkaCluster, secured?: SecuredListener): Record<string, string> {
  const node = nodes.find((one) => one.id === id);
  if (node === undefined) throw new Error(`The cluster has no node ${id}.`);
  const open = `PLAINTEXT://127.0.0.1:${node.port}`;
  const forClients = secured === undefined ? open : `${open},SASL_SSL://127.0.0.1:${secured.port}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': String(id),
    'controller.quorum.voters': nodes.map((voter) => `${voter.id}@127.0.0.1:${voter.controllerPort}`).join(','),
    listeners: `${forClients},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': forClients,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
    'log.dirs': join(folder, 'log').replaceAll('\\', '/'),
    'auto.create.topics.enable': 'false',
    ...replicationSettings(nodes.length),
    // a first member joins at once rather than after 3 s
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    // Kafka 4's coordinator otherwise waits 5 ms for more to write, with each join and commit
    'group.coordinator.append.linger.ms': '0',
    // a broker that was killed waits for its own old registration to end
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
    'num.network.threads': '2',
    'num.io.threads': '4',
    'background.threads': '2',
    'log.cleaner.threads': '1',
    'log.cleaner.dedupe.buffer.size': '16777216',
    ...secured?.settings,
  };
}

function replicationSettings(nodes: number): Record<string, string> {
  const { replicas, inSync } = replicationOf(nodes);
  const [replication, minimum] = [String(replicas), String(inSync)];
  return {
    'default.replication.factor': replication,
    'min.insync.replicas': minimum,
    'offsets.topic.replication.factor': replication,
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': minimum,
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': replication,
    'share.coordinator.state.topic.min.isr': minimum,
    'share.coordinator.state.topic.num.partitions': '1',
  };
}
