import { z } from 'zod';
import { nameOf, ofKind, type Patch, type Resource } from './resources.ts';
import { containersOf, selects, type Workload, workloadsOf } from './workloads.ts';

const labels = z.record(z.string(), z.string());
const service = z.looseObject({
  selector: labels,
  ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.string() })),
});
const externalSecret = z.looseObject({
  target: z.looseObject({ template: z.looseObject({ data: labels.default({}) }) }),
  data: z.array(z.looseObject({ secretKey: z.string() })),
});

/** Paths that every service answers for probes (platform/service, gateway/http). */
const probePaths = new Set(['/livez', '/readyz']);

/** What in these resources leads nowhere or contradicts itself, one sentence each. `patches`: what is not yet applied to them. */
export function problemsOfReferences(resources: readonly Resource[], patches: readonly Patch[] = []): string[] {
  const workloads = workloadsOf(resources);
  return [
    ...doubles(resources.map((one) => `${nameOf(one)} of ${one.apiVersion.split('/')[0]}`)).map((name) => `${name} is there twice`),
    ...workloads.flatMap((workload) => [
      ...problemsOfLabels(workload),
      ...problemsOfProbes(workload),
      ...problemsOfConfigMaps(workload, resources),
    ]),
    ...problemsOfSecrets(resources, workloads, patches),
    ...ofKind(resources, 'Service').flatMap((one) => problemsOfService(one, workloads)),
    ...problemsOfScaling(resources, workloads),
    ...problemsOfAuthentications(resources),
    ...ofKind(resources, 'PodDisruptionBudget').flatMap((one) => problemsOfBudget(one, workloads)),
    ...ofKind(resources, 'PodMonitor').flatMap((one) => problemsOfMonitor(one, workloads)),
    ...ofKind(resources, 'HTTPRoute').flatMap((one) => problemsOfRoute(one, resources)),
    ...problemsOfOperators(resources),
  ];
}

const doubles = (names: readonly string[]) => [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];

function problemsOfLabels({ kind, name, selector, labels: own }: Workload): string[] {
  if (selector !== null && !selects({ matchLabels: selector }, own)) return [`${kind}/${name} does not select its own pods`];
  return own['app.kubernetes.io/part-of'] === 'marigold'
    ? []
    : [`the pods of ${kind}/${name} are no part of marigold: no policy is theirs`];
}

function problemsOfProbes(workload: Workload): string[] {
  return containersOf(workload).flatMap(({ name, ports, startupProbe, livenessProbe, readinessProbe }) =>
    [startupProbe, livenessProbe, readinessProbe].flatMap((probe) => {
      const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
      const path = probe?.httpGet?.path;
      return [
        ...(port !== undefined && !ports.some((one) => one.name === port)
          ? [`a probe of ${name} asks the port ${port}, which it has not`]
          : []),
        ...(path !== undefined && !probePaths.has(path) ? [`a probe of ${name} asks ${path}, where nothing is`] : []),
      ];
    }),
  );
}

function problemsOfConfigMaps(workload: Workload, resources: readonly Resource[]): string[] {
  const there = new Set(ofKind(resources, 'ConfigMap').map(({ metadata }) => metadata.name));
  const named = [
    ...containersOf(workload).flatMap(({ envFrom }) => envFrom.map(({ configMapRef }) => configMapRef.name)),
    ...workload.pod.volumes.flatMap(({ configMap }) => configMap?.name ?? []),
  ];
  return named
    .filter((name) => !there.has(name))
    .map((name) => `${workload.kind}/${workload.name} reads the ConfigMap ${name}, which is not there`);
}

/** The keys of every Secret that is declared. */
export function secretKeys(resources: readonly Resource[]): Map<string, Set<string>> {
  const given = ofKind(resources, 'Secret').map((one) => [one.metadata.name, Object.keys(one['stringData'] ?? {})] as const);
  const external = ofKind(resources, 'ExternalSecret').map((one) => {
    const { target, data } = externalSecret.parse(one['spec']);
    return [one.metadata.name, [...Object.keys(target.template.data), ...data.map(({ secretKey }) => secretKey)]] as const;
  });
  return new Map([...given, ...external].map(([name, keys]) => [name, new Set(keys)]));
}

type SecretKey = { readonly name: string; readonly key: string };
const patchedKey = z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) });
const patchedVolume = z.object({ secretName: z.string(), items: z.array(z.object({ key: z.string() })) });

/** What a part of a patch reads, however deep it lies. */
function readByPatch(part: unknown): SecretKey[] {
  if (typeof part !== 'object' || part === null) return [];
  const [ofKey, ofVolume] = [patchedKey.safeParse(part).data, patchedVolume.safeParse(part).data];
  return [
    ...(ofKey === undefined ? [] : [ofKey.secretKeyRef]),
    ...(ofVolume?.items ?? []).map(({ key }) => ({ name: ofVolume?.secretName ?? '', key })),
    ...Object.values(part).flatMap(readByPatch),
  ];
}

function problemsOfSecrets(resources: readonly Resource[], workloads: readonly Workload[], patches: readonly Patch[]): string[] {
  const declared = secretKeys(resources);
  const made = secretsOfOperators(resources);
  const read: SecretKey[] = [
    ...patches.flatMap(({ documents }) => documents.flatMap(readByPatch)),
    ...workloads.flatMap((workload) => [
      ...containersOf(workload).flatMap(({ env }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])),
      ...workload.pod.volumes.flatMap(({ secret }) => (secret?.items ?? []).map(({ key }) => ({ name: secret?.secretName ?? '', key }))),
    ]),
    ...rolesOf(resources).flatMap(({ passwordSecret: { name } }) => [
      { name, key: 'username' },
      { name, key: 'password' },
    ]),
  ];
  const missing = new Set(
    read
      .filter(({ name, key }) => !declared.get(name)?.has(key) && !made.has(`${key} of ${name}`))
      .map(({ name, key }) => `${key} of the Secret ${name}`),
  );
  const used = new Set(read.map(({ name, key }) => `${name}/${key}`));
  const unused = [...declared].flatMap(([name, keys]) =>
    [...keys].filter((key) => !used.has(`${name}/${key}`)).map((key) => `${key} of ${name}`),
  );
  return [
    ...[...missing].map((what) => `${what} is read, and not declared`),
    ...unused.map((what) => `${what} is a secret that nothing reads`),
  ];
}

const inPod = ({ selector }: { selector: Readonly<Record<string, string>> }, workloads: readonly Workload[]) =>
  workloads.filter(({ labels: own }) => selects({ matchLabels: selector }, own));

function problemsOfService(resource: Resource, workloads: readonly Workload[]): string[] {
  const { selector, ports } = service.parse(resource['spec']);
  const behind = inPod({ selector }, workloads);
  const [workload] = behind;
  if (workload === undefined || behind.length > 1) return [`${nameOf(resource)} leads to ${behind.length} workloads`];
  const there = containersOf(workload).flatMap((container) => container.ports);
  return ports.flatMap(({ name, port, targetPort }) => {
    const found = there.find((one) => one.name === targetPort);
    if (found === undefined) return [`the port ${name} of ${nameOf(resource)} leads to ${targetPort}, which its pods have not`];
    return found.containerPort === port ? [] : [`${nameOf(resource)} has ${name} at ${port}, its pods have it at ${found.containerPort}`];
  });
}

const scaled = z.looseObject({ scaleTargetRef: z.looseObject({ name: z.string() }) });
const authentication = z.looseObject({ secretTargetRef: z.array(z.looseObject({ name: z.string(), key: z.string() })) });

/** What the operators make: Strimzi of its users and of the certificates of Kafka, CloudNativePG of those of PostgreSQL. */
function secretsOfOperators(resources: readonly Resource[]): Set<string> {
  const users = ofKind(resources, 'KafkaUser').map(({ metadata }) => `password of ${metadata.name}`);
  const ofKafka = ofKind(resources, 'Kafka').map(({ metadata }) => `ca.crt of ${metadata.name}-cluster-ca-cert`);
  const ofPostgres = ofKind(resources, 'Cluster').map(({ metadata }) => `ca.crt of ${metadata.name}-ca`);
  return new Set([...users, ...ofKafka, ...ofPostgres]);
}

function problemsOfAuthentications(resources: readonly Resource[]): string[] {
  const there = secretsOfOperators(resources);
  return ofKind(resources, 'TriggerAuthentication')
    .flatMap((one) => authentication.parse(one['spec']).secretTargetRef.map(({ name, key }) => `${key} of ${name}`))
    .filter((secret) => !there.has(secret))
    .map((secret) => `KEDA reads ${secret}, which no operator makes`);
}

const triggers = z.looseObject({ triggers: z.array(z.looseObject({ authenticationRef: z.object({ name: z.string() }).optional() })) });

function problemsOfScaling(resources: readonly Resource[], workloads: readonly Workload[]): string[] {
  const scalers = ofKind(resources, 'HorizontalPodAutoscaler', 'ScaledObject');
  const targets = scalers.map((one) => scaled.parse(one['spec']).scaleTargetRef.name);
  const deployments = new Set(workloads.filter(({ kind }) => kind === 'Deployment').map(({ name }) => name));
  const authentications = new Set(ofKind(resources, 'TriggerAuthentication').map(({ metadata }) => metadata.name));
  const asked = ofKind(resources, 'ScaledObject').flatMap((one) =>
    triggers.parse(one['spec']).triggers.flatMap(({ authenticationRef }) => authenticationRef?.name ?? []),
  );
  return [
    ...targets.filter((name) => !deployments.has(name)).map((name) => `${name} is scaled, and not there`),
    ...doubles(targets).map((name) => `${name} has two scalers, which would work against each other`),
    ...[...new Set(asked)].filter((name) => !authentications.has(name)).map((name) => `there is no TriggerAuthentication ${name}`),
  ];
}

function problemsOfBudget(resource: Resource, workloads: readonly Workload[]): string[] {
  const { selector } = z.looseObject({ selector: z.object({ matchLabels: labels }) }).parse(resource['spec']);
  const count = workloads.filter(({ kind, labels: own }) => kind === 'Deployment' && selects(selector, own)).length;
  return count === 1 ? [] : [`${nameOf(resource)} is for ${count} workloads`];
}

const monitor = z.looseObject({
  selector: z.looseObject({ matchLabels: labels }),
  podMetricsEndpoints: z.array(z.looseObject({ port: z.string() })),
});

/** Pods of an operator are not known here. */
function problemsOfMonitor(resource: Resource, workloads: readonly Workload[]): string[] {
  const { selector, podMetricsEndpoints } = monitor.parse(resource['spec']);
  if ('cnpg.io/cluster' in selector.matchLabels) return [];
  const watched = workloads.filter(({ labels: own }) => selects(selector, own));
  const lacking = watched.filter((workload) =>
    podMetricsEndpoints.some(({ port }) => !containersOf(workload).some(({ ports }) => ports.some(({ name }) => name === port))),
  );
  return [
    ...(watched.length === 0 ? [`${nameOf(resource)} watches nothing`] : []),
    ...lacking.map(({ name }) => `${nameOf(resource)} asks a port that ${name} has not`),
  ];
}

const route = z.looseObject({
  parentRefs: z.array(z.object({ name: z.string(), sectionName: z.string() })),
  hostnames: z.array(z.string()),
  rules: z.array(z.looseObject({ backendRefs: z.array(z.object({ name: z.string(), port: z.number() })).default([]) })),
});
const gateway = z.looseObject({ listeners: z.array(z.looseObject({ name: z.string(), hostname: z.string() })) });

function problemsOfRoute(resource: Resource, resources: readonly Resource[]): string[] {
  const { parentRefs, hostnames, rules } = route.parse(resource['spec']);
  const listeners = ofKind(resources, 'Gateway').flatMap((one) =>
    gateway.parse(one['spec']).listeners.map(({ name, hostname }) => ({ at: `${one.metadata.name}/${name}`, hostname })),
  );
  const services = ofKind(resources, 'Service').flatMap((one) =>
    service.parse(one['spec']).ports.map(({ port }) => `${one.metadata.name}:${port}`),
  );
  const found = parentRefs.map(({ name, sectionName }) => listeners.find(({ at }) => at === `${name}/${sectionName}`));
  return [
    ...found.flatMap((listener) =>
      listener !== undefined && hostnames.includes(listener.hostname) ? [] : [`${nameOf(resource)} hangs on no listener of its name`],
    ),
    ...rules
      .flatMap(({ backendRefs }) => backendRefs.map(({ name, port }) => `${name}:${port}`))
      .filter((backend) => !services.includes(backend))
      .map((backend) => `${nameOf(resource)} leads to ${backend}, which is not there`),
  ];
}

const cluster = z.looseObject({
  managed: z.object({ roles: z.array(z.looseObject({ name: z.string(), passwordSecret: z.object({ name: z.string() }) })) }),
});
const database = z.looseObject({ cluster: z.object({ name: z.string() }), owner: z.string() });

/** The roles that PostgreSQL's operator makes. */
export const rolesOf = (resources: readonly Resource[]) =>
  ofKind(resources, 'Cluster').flatMap((one) => cluster.parse(one['spec']).managed.roles);

function problemsOfOperators(resources: readonly Resource[]): string[] {
  const kafkas = ofKind(resources, 'Kafka').map(({ metadata }) => metadata.name);
  const clusters = ofKind(resources, 'Cluster').map(({ metadata }) => metadata.name);
  const roles = rolesOf(resources).map(({ name }) => name);
  const strays = ofKind(resources, 'KafkaNodePool', 'KafkaTopic', 'KafkaUser').filter(
    ({ metadata }) => !kafkas.includes(metadata.labels?.['strimzi.io/cluster'] ?? ''),
  );
  const homeless = ofKind(resources, 'Database').filter((one) => {
    const { cluster: home, owner } = database.parse(one['spec']);
    return !clusters.includes(home.name) || !roles.includes(owner);
  });
  return [
    ...strays.map((one) => `${nameOf(one)} is of no Kafka that is there`),
    ...homeless.map((one) => `${nameOf(one)} has no cluster or no owner`),
  ];
}
