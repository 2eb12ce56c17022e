import { describe, expect, test } from '@jest/globals';
import { readSubgraphs } from '#schema/compose.ts';
import { whyMissing } from '#tests/support/missing.ts';
import { type Endpoint, Network } from '../kubernetes/network.ts';
import { overlays, rendered, secretValueOf, written } from '../kubernetes/overlays.ts';
import { ofKind, type Resource } from '../kubernetes/resources.ts';
import { containersOf, environmentOf, selects, type Workload, workloadsOf } from '../kubernetes/workloads.ts';

const kafka: Endpoint = {
  namespace: null,
  labels: { 'strimzi.io/cluster': 'shop', 'strimzi.io/kind': 'Kafka', 'strimzi.io/name': 'shop-kafka' },
};
const postgres: Endpoint = { namespace: null, labels: { 'cnpg.io/cluster': 'postgres' } };
const endpointOf = ({ labels }: Workload): Endpoint => ({ namespace: null, labels });
const from = (namespace: string): Endpoint => ({ namespace, labels: {} });

const states = overlays.flatMap((overlay): [string, Resource[]][] => [
  [`${overlay}, as written`, written(overlay).resources],
  ...(whyMissing('kubectl') === null ? [[`${overlay}, as Kustomize makes it`, rendered(overlay)] as [string, Resource[]]] : []),
]);

/** host:port of everything inside that a pod connects to; a migration uses its databases alone, whatever else its configuration asks for. */
function addressesOf(
  workload: Workload,
  resources: readonly Resource[],
  secretValue: (name: string, key: string) => string | undefined,
): string[] {
  const environments = containersOf(workload).map((container) => environmentOf(container, resources, secretValue));
  const inUrls = environments.flatMap((environment) =>
    Object.values(environment).flatMap((value) =>
      [...value.matchAll(/[a-z]+:\/\/(?:[^@/\s]*@)?([a-z][a-z0-9.-]*:\d+)/g)].map(([, address = '']) => address),
    ),
  );
  const component = workload.labels['app.kubernetes.io/component'];
  if (component === 'migration')
    return [
      ...inUrls.filter((address) => address.endsWith(':5432')),
      ...environments.flatMap(({ PGHOST }) => (PGHOST ? [`${PGHOST}:5432`] : [])),
    ];
  const brokers = environments.flatMap(({ KAFKA_BROKERS }) => KAFKA_BROKERS?.split(',') ?? []);
  const subgraphs =
    component === 'gateway' ? readSubgraphs().flatMap(({ name, url }) => (name === 'events' ? [] : [new URL(url).host])) : [];
  return [...inUrls, ...brokers, ...subgraphs].filter((address) => !isOutside(address));
}

const isOutside = (address: string) => address.startsWith('localhost:') || address.includes('.example:');
/** The store of production names a mail server that is not in the cluster. */
const secretValueIn = (overlay: string) => (name: string, key: string) =>
  name === 'smtp' && overlay.startsWith('production') ? 'smtps://shop:secret@mail.example:465' : secretValueOf(name, key);

describe.each(states)('the network of the overlay %s', (title, resources) => {
  const network = new Network(resources);
  const workloads = workloadsOf(resources);
  /** What can be connected to: the ports of Services by host:port, and the two stores that operators run. */
  const servers = new Map<string, Endpoint>([
    ['shop-kafka-bootstrap:9092', kafka],
    ['shop-kafka-bootstrap:9093', kafka],
    ['postgres-rw:5432', postgres],
    ...ofKind(resources, 'Service').flatMap((service) => {
      const { selector, ports } = service['spec'] as { selector: Record<string, string>; ports: { port: number }[] };
      const behind = workloads.filter(({ labels }) => selects({ matchLabels: selector }, labels)).map(endpointOf);
      return ports.flatMap(({ port }) => behind.map((endpoint): [string, Endpoint] => [`${service.metadata.name}:${port}`, endpoint]));
    }),
  ]);
  const portOf = (address: string) => Number(address.split(':')[1]);

  test('lets each pod connect to what it is told to, and to nothing else', () => {
    const needed = workloads.flatMap((one) =>
      addressesOf(one, resources, secretValueIn(title)).map((address) => `${one.name} to ${address}`),
    );
    const allowed = workloads.flatMap((one) =>
      [...servers].flatMap(([address, server]) =>
        network.allows(endpointOf(one), server, portOf(address)) ? [`${one.name} to ${address}`] : [],
      ),
    );

    expect(needed.length).toBeGreaterThan(40);
    expect([...new Set(allowed)].toSorted()).toEqual([...new Set(needed)].toSorted());
  });

  test('is closed to pods that are no part of the shop, and to other namespaces', () => {
    const strangers: Endpoint[] = [from('default'), { namespace: null, labels: { 'app.kubernetes.io/name': 'gateway' } }];

    for (const [address, server] of servers)
      expect(strangers.map((stranger) => [address, network.allows(stranger, server, portOf(address))])).toEqual(
        strangers.map(() => [address, false]),
      );
  });

  test('lets Prometheus read the admin ports, KEDA the lag, and the ingress the gateway alone', () => {
    const reached = (who: string) => [...servers].filter(([address, server]) => network.allows(from(who), server, portOf(address)));
    const admin = [...servers.keys()].filter((address) => address.endsWith(':9090'));

    expect(reached('monitoring').map(([address]) => address)).toEqual(admin);
    expect(reached('envoy-gateway-system').map(([address]) => address)).toEqual(title.startsWith('production') ? ['gateway:4000'] : []);
    expect(reached('keda').map(([address]) => address)).toEqual(['shop-kafka-bootstrap:9093']);
    expect(network.allows(from('monitoring'), postgres, 9187)).toBe(true);
    expect(network.allows(from('cnpg-system'), postgres, 8000)).toBe(true);
  });
});
