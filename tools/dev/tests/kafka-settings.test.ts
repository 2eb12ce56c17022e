import { expect, test } from '@jest/globals';
import { planKafkaCluster, replicationOf, settingsOf } from '../kafka-settings.ts';

const settings = async (nodes: number, id: number) => settingsOf('/data', id, await planKafkaCluster(nodes));

test('a broker that is alone keeps everything once', async () => {
  expect(await settings(1, 1)).toMatchObject({
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    'offsets.topic.replication.factor': '1',
  });
});

test('three brokers keep everything three times, and two of them acknowledge', async () => {
  expect(await settings(3, 2)).toMatchObject({
    'node.id': '2',
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
    'offsets.topic.replication.factor': '3',
    'transaction.state.log.min.isr': '2',
  });
});

test.each([
  [2, { replicas: 2, inSync: 2 }],
  [5, { replicas: 3, inSync: 2 }],
])('what %i brokers acknowledge is on more than one disk', (nodes, replication) => {
  expect(replicationOf(nodes)).toEqual(replication);
});

test('each node listens at ports of its own, and all know all voters', async () => {
  const cluster = await planKafkaCluster(3);
  const nodes = cluster.nodes.map(({ id }) => settingsOf('/data', id, cluster));

  expect(new Set(nodes.map((node) => node['listeners'])).size).toBe(3);
  expect(new Set(nodes.map((node) => node['controller.quorum.voters'])).size).toBe(1);
  expect(nodes[0]?.['controller.quorum.voters']?.split(',')).toHaveLength(3);
  expect(() => settingsOf('/data', 4, cluster)).toThrow('The cluster has no node 4.');
});
