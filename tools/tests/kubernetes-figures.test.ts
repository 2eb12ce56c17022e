import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { consumerGroupOf } from '#kafka/consumer-groups.ts';
import { contracts } from '#kafka/contracts.ts';
import { limitsOf } from '#kafka/kafka/topics.ts';
import { allTopics, topics } from '#kafka/topics.ts';
import { readSubgraphs } from '#schema/compose.ts';
import { loadService } from '#tools/dev/load-service.ts';
import { services } from '#tools/dev/services.ts';
import { written } from '../kubernetes/overlays.ts';
import { ofKind } from '../kubernetes/resources.ts';
import { workloadsOf } from '../kubernetes/workloads.ts';

const { resources } = written('production');
const loaded = new Map(await Promise.all(services.map(async (service) => [service.name, await loadService(service)] as const)));

const scaledObject = z.looseObject({
  scaleTargetRef: z.object({ name: z.string() }),
  minReplicaCount: z.int(),
  maxReplicaCount: z.int(),
  triggers: z.array(z.looseObject({ type: z.string(), metadata: z.record(z.string(), z.string()) })),
});
const autoscaler = z.looseObject({
  scaleTargetRef: z.looseObject({ name: z.string() }),
  minReplicas: z.int(),
  maxReplicas: z.int(),
});
const byLag = ofKind(resources, 'ScaledObject').map((one) => scaledObject.parse(one['spec']));
const byLoad = ofKind(resources, 'HorizontalPodAutoscaler').map((one) => autoscaler.parse(one['spec']));
/** Copies at the most; what nothing scales has as many as the overlay says. */
const most = new Map([
  ...byLag.map((one) => [one.scaleTargetRef.name, one.maxReplicaCount] as const),
  ...byLoad.map((one) => [one.scaleTargetRef.name, one.maxReplicas] as const),
]);

/** The topics of the events that a service handles. */
const topicsOf = (name: (typeof services)[number]['name']) =>
  [...new Set((loaded.get(name)?.subscribes ?? []).map((type) => contracts[type].topic))].toSorted();

test('every topic is declared as the code has it', () => {
  const declared = ofKind(resources, 'KafkaTopic').map(({ metadata, ...one }) => {
    const { partitions, config } = z.looseObject({ partitions: z.int(), config: z.record(z.string(), z.unknown()) }).parse(one['spec']);
    return [metadata.name, partitions, Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(value)]))] as const;
  });

  expect(declared.toSorted()).toEqual(
    allTopics
      .map(
        ([name, topic]) => [name, topic.partitions, Object.fromEntries(limitsOf(topic).map((limit) => [limit.name, limit.value]))] as const,
      )
      .toSorted(),
  );
});

test('an event is on two brokers of three before it counts', () => {
  const topic = z.looseObject({ replicas: z.int() });
  const kafka = z.looseObject({ kafka: z.looseObject({ config: z.looseObject({ 'min.insync.replicas': z.int() }) }) });
  const [config] = ofKind(resources, 'Kafka').map((one) => kafka.parse(one['spec']).kafka.config);

  expect(config).toMatchObject({ 'min.insync.replicas': 2, 'default.replication.factor': 3, 'offsets.topic.replication.factor': 3 });
  expect(new Set(ofKind(resources, 'KafkaTopic').map((one) => topic.parse(one['spec']).replicas))).toEqual(new Set([3]));
});

describe('autoscaling', () => {
  test('goes by the lag of every topic that a service handles, in its consumer group', () => {
    const watched = byLag.map(({ scaleTargetRef: { name }, triggers }) => [
      name,
      triggers.filter(({ type }) => type === 'kafka').map(({ metadata }) => [metadata['consumerGroup'], metadata['topic']]),
    ]);

    expect(watched.toSorted()).toEqual(
      services
        .filter(({ name }) => topicsOf(name).length > 0)
        .map(({ name }) => [name, topicsOf(name).map((topic) => [consumerGroupOf(name), topic])])
        .toSorted(),
    );
  });

  test('asks Kafka where it is, with the port that wants a password', () => {
    const triggers = byLag.flatMap((one) => one.triggers).filter(({ type }) => type === 'kafka');

    for (const { metadata } of triggers)
      expect(metadata).toMatchObject({
        bootstrapServers: 'shop-kafka-bootstrap.marigold.svc:9093',
        tls: 'enable',
        sasl: 'scram_sha512',
        username: 'keda',
      });
    expect(ofKind(resources, 'KafkaUser').map(({ metadata }) => metadata.name)).toContain('keda');
  });

  test('begins no more copies than a topic has partitions, and never fewer than two', () => {
    for (const { scaleTargetRef, minReplicaCount, maxReplicaCount } of byLag) {
      const partitions = topicsOf(scaleTargetRef.name as 'order').map((topic) => topics[topic].partitions);

      expect([scaleTargetRef.name, maxReplicaCount <= Math.max(...partitions)]).toEqual([scaleTargetRef.name, true]);
      expect(minReplicaCount).toBeGreaterThanOrEqual(2);
    }
    for (const { minReplicas } of byLoad) expect(minReplicas).toBeGreaterThanOrEqual(2);
  });

  test('leaves the number of copies to the scaler', () => {
    const fixed = ofKind(resources, 'Deployment').filter((one) => 'replicas' in (one['spec'] as object));

    expect(fixed.map(({ metadata }) => metadata.name)).toEqual([]);
  });
});

test('every workload of ours has its disruption budget', () => {
  const budgets = ofKind(resources, 'PodDisruptionBudget').map(({ metadata }) => metadata.name);

  expect(budgets.toSorted()).toEqual(services.map(({ name }) => name).toSorted());
});

test('PostgreSQL takes the connections of all copies at the most, of a rollout and of the migrations', () => {
  const cluster = z.looseObject({ postgresql: z.looseObject({ parameters: z.looseObject({ max_connections: z.coerce.number() }) }) });
  const [allowed = 0] = ofKind(resources, 'Cluster').map((one) => cluster.parse(one['spec']).postgresql.parameters.max_connections);
  const needed = services.map(({ name, databases }) => {
    const poolSize = z.coerce.number().parse(loaded.get(name)?.config['DATABASE_POOL_SIZE']?.safeParse(undefined).data ?? 0);
    // one copy more while a rollout replaces them, and two connections for a migration
    return databases.length * (poolSize * ((most.get(name) ?? 1) + 1) + 2);
  });
  const operator = 20;

  expect(needed.reduce((sum, one) => sum + one, operator)).toBeLessThanOrEqual(allowed);
});

test('every subgraph listens where the supergraph says', () => {
  const ports = new Map(
    ofKind(resources, 'Service').map((one) => {
      const { ports: own } = z.looseObject({ ports: z.array(z.looseObject({ name: z.string(), port: z.int() })) }).parse(one['spec']);
      return [one.metadata.name, own.find(({ name }) => name === 'http')?.port];
    }),
  );

  for (const { name, url } of readSubgraphs())
    if (name !== 'events') expect([new URL(url).hostname, Number(new URL(url).port)]).toEqual([name, ports.get(name)]);
});

test('operations asks every service of ours at its admin address', () => {
  const operations = workloadsOf(resources).find(({ name }) => name === 'operations');
  const components = operations?.pod.containers[0]?.env.find(({ name }) => name === 'COMPONENTS')?.value?.split(',');

  expect(components?.toSorted()).toEqual(services.map(({ name }) => `${name}=http://${name}:9090`).toSorted());
});
