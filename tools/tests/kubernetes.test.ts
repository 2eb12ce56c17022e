import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { kafkaConfig } from '#kafka/kafka/log.ts';
import { loadConfig } from '#platform/config.ts';
import { whyMissing } from '#tests/support/missing.ts';
import { needs } from '#tests/support/needs.ts';
import { loadService } from '#tools/dev/load-service.ts';
import { services } from '#tools/dev/services.ts';
import { laptopSecretsFile } from '../kubernetes/laptop-secrets.ts';
import { folder, overlays, rendered, secretValueOf, written } from '../kubernetes/overlays.ts';
import { problemsOfReferences } from '../kubernetes/reference-problems.ts';
import { filesBelow, ofKind, type Patch, type Resource } from '../kubernetes/resources.ts';
import { problemsOfSchema } from '../kubernetes/schema-problems.ts';
import { containersOf, environmentOf, partsOf, selects, type Workload, workloadsOf } from '../kubernetes/workloads.ts';

const configs = new Map(
  await Promise.all(services.map(async (service) => [service.name, { ...kafkaConfig, ...(await loadService(service)).config }] as const)),
);
const kubectl = whyMissing('kubectl') === null;
/** As written, and where kubectl is there as Kustomize makes them of it. */
const states = overlays.flatMap((overlay): [string, Resource[], readonly Patch[]][] => [
  [`${overlay}, as written`, written(overlay).resources, written(overlay).patches],
  ...(kubectl ? [[`${overlay}, as Kustomize makes it`, rendered(overlay), []] as [string, Resource[], readonly Patch[]]] : []),
]);

/** Of a Deployment or Job that runs a service of ours. */
const serviceOf = ({ pod }: Workload) => services.find(({ folder: own }) => pod.containers[0]?.command[1] === `${own}/main.ts`);
const ours = (resources: readonly Resource[]) => workloadsOf(resources).filter((workload) => serviceOf(workload) !== undefined);

describe.each(states)('the overlay %s', (_, resources, patches) => {
  const workloads = workloadsOf(resources);
  const environment = (workload: Workload) => {
    const [container] = workload.pod.containers;
    if (container === undefined) throw new Error(`${workload.name} has no container.`);
    const env = environmentOf(container, resources, (name, key) => secretValueOf(name, key));
    return { env, parts: partsOf(container) };
  };

  test('is as the schemas of Kubernetes and its operators have it', async () => {
    expect((await Promise.all(resources.map(problemsOfSchema))).flat()).toEqual([]);
  });

  test('leads somewhere wherever it points', () => {
    expect(problemsOfReferences(resources, patches)).toEqual([]);
  });

  test('runs every service, and applies the migrations of each that has tables', () => {
    const run = (kind: string) =>
      ours(resources)
        .filter((workload) => workload.kind === kind)
        .map((workload) => serviceOf(workload)?.name)
        .toSorted();

    expect(run('Deployment')).toEqual(services.map(({ name }) => name).toSorted());
    expect(run('Job')).toEqual(services.flatMap(({ name, databases }) => (databases.length > 0 ? [name] : [])).toSorted());
    for (const { pod } of ours(resources).filter(({ kind }) => kind === 'Job'))
      expect(pod.containers[0]?.command.slice(2)).toEqual(['migrate']);
  });

  test('gives every process the variables that its configuration asks for, and none that nothing reads', () => {
    for (const workload of ours(resources)) {
      const config = configs.get(serviceOf(workload)?.name ?? 'gateway') ?? {};
      const { env, parts } = environment(workload);
      const unread = Object.keys(env).filter((name) => !(name in config) && !parts.has(name));

      expect([workload.name, unread]).toEqual([workload.name, []]);
      expect(() => loadConfig(config, env)).not.toThrow();
    }
  });

  test('tells each process the ports that its container declares', () => {
    for (const workload of ours(resources).filter(({ kind }) => kind === 'Deployment')) {
      const { env } = environment(workload);
      const ports = Object.fromEntries((workload.pod.containers[0]?.ports ?? []).map((port) => [port.name, String(port.containerPort)]));

      expect(ports).toEqual({ http: env['PORT'], admin: env['ADMIN_PORT'] });
      expect([env['HOST'], env['ADMIN_HOST']]).toEqual(['0.0.0.0', '0.0.0.0']);
    }
  });

  test('connects each service to its own databases, with a role that owns them only for the migrations', () => {
    for (const workload of ours(resources)) {
      const { env } = environment(workload);
      const urls = Object.entries(env).flatMap(([name, value]) => (name.endsWith('DATABASE_URL') ? [new URL(value)] : []));
      const names = (serviceOf(workload)?.databases ?? []).map((database) => `marigold_${database}`);

      expect(urls.map(({ pathname }) => pathname.slice(1)).toSorted()).toEqual(names.toSorted());
      for (const { username, pathname } of urls)
        expect(username).toBe(workload.kind === 'Job' ? `${pathname.slice(1)}_owner` : pathname.slice(1));
    }
  });

  test('has no secret in a variable: each is read from a Secret', () => {
    const plain = workloads.flatMap((workload) =>
      containersOf(workload).flatMap(({ env }) =>
        env.filter(
          ({ name, value }) => value !== undefined && !value.includes('$(') && /SECRET|PASSWORD|_KEYS?$|DATABASE_URL|SMTP_URL/.test(name),
        ),
      ),
    );

    expect(plain).toEqual([]);
  });

  test('gives no pod more than it needs: no root, no writable files, no capability, no token of the cluster', () => {
    for (const workload of workloads) {
      const { securityContext, automountServiceAccountToken, enableServiceLinks } = workload.pod;

      expect({ securityContext, automountServiceAccountToken, enableServiceLinks }).toEqual({
        securityContext: expect.objectContaining({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }),
        automountServiceAccountToken: false,
        enableServiceLinks: false,
      });
      for (const { name, ...container } of containersOf(workload)) {
        const least = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
        expect([name, container['securityContext']]).toEqual([name, least]);
        expect(container['resources']).toEqual({
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        });
      }
    }
  });

  test('lets a pod end in time: the pause before SIGTERM, and what the process may take then', () => {
    for (const { pod } of ours(resources).filter(({ kind }) => kind === 'Deployment')) {
      expect(pod['terminationGracePeriodSeconds']).toBeGreaterThanOrEqual(5 + 4.5 + 1);
      expect(pod.containers[0]?.['lifecycle']).toEqual({ preStop: { sleep: { seconds: 5 } } });
      expect([pod.containers[0]?.startupProbe, pod.containers[0]?.livenessProbe, pod.containers[0]?.readinessProbe]).toMatchObject([
        { httpGet: { path: '/livez', port: 'http' } },
        { httpGet: { path: '/livez', port: 'http' } },
        { httpGet: { path: '/readyz', port: 'http' } },
      ]);
    }
  });
});

describe('the files of deploy/kubernetes', () => {
  test('are all listed by a kustomization that an overlay leads to', () => {
    const listed = new Set(overlays.flatMap((overlay) => written(overlay).files));

    expect(filesBelow(folder).filter((file) => !listed.has(file))).toEqual([]);
  });

  test.each(overlays)('change in the overlay %s only what is there', (overlay) => {
    const { resources, patches } = written(overlay);
    const isThere = (kind: string, name?: string, labelSelector?: string) =>
      ofKind(resources, kind).some(
        ({ metadata }) =>
          (name === undefined || metadata.name === name) &&
          (labelSelector === undefined || hasLabels(labelSelector, metadata.labels ?? {})),
      );
    const strays = patches.filter(({ target, documents }) => {
      const named = documents.filter((document): document is Resource => !Array.isArray(document));
      const targets =
        target === null ? named.map(({ kind, metadata }) => ({ kind, name: metadata.name, labelSelector: undefined })) : [target];
      return !targets.every(({ kind, name, labelSelector }) => isThere(kind, name, labelSelector));
    });

    expect(patches.length).toBeGreaterThan(0);
    expect(strays).toEqual([]);
  });

  test('hold no secret: production reads its own from a store, the laptop has a file that git ignores', () => {
    expect(ofKind(written('production').resources, 'Secret')).toEqual([]);
    expect(filesBelow(folder).filter((file) => /^kind: Secret$/m.test(readFileSync(file, 'utf8')) && file !== laptopSecretsFile)).toEqual(
      [],
    );
    expect(readFileSync(join(folder, '../../.gitignore'), 'utf8')).toContain(relative(join(folder, '../..'), laptopSecretsFile));
  });
});

/** Such as `app.kubernetes.io/component in (subgraph, gateway)`. */
function hasLabels(selector: string, labels: Readonly<Record<string, string>>): boolean {
  const [, key = '', values = ''] = /^(\S+) in \(([^)]*)\)$/.exec(selector) ?? [];
  return selects({ matchExpressions: [{ key, operator: 'In', values: values.split(/,\s*/) }] }, labels);
}

needs('kubectl').describe('what Kustomize makes of the overlay production', () => {
  const resources = rendered('production');
  const workloads = ours(resources);
  const envOf = ({ pod }: Workload) =>
    pod.containers[0] === undefined ? {} : environmentOf(pod.containers[0], resources, (name, key) => `${key} of ${name}`);

  test('connects every process to Kafka with TLS and a password, and leaves no listener without', () => {
    const listeners = ofKind(resources, 'Kafka').flatMap((one) => (one['spec'] as KafkaSpec).kafka.listeners);

    expect(listeners).toMatchObject([{ port: 9093, tls: true, authentication: { type: 'scram-sha-512' } }]);
    for (const workload of workloads.filter(({ kind }) => kind === 'Deployment'))
      expect([workload.name, envOf(workload)]).toEqual([
        workload.name,
        expect.objectContaining({
          KAFKA_BROKERS: 'shop-kafka-bootstrap:9093',
          KAFKA_TLS: 'on',
          KAFKA_TLS_CA: 'ca.crt of shop-cluster-ca-cert',
          KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
          KAFKA_SASL_USERNAME: 'services',
          KAFKA_SASL_PASSWORD: 'password of services',
        }),
      ]);
  });

  test('connects every process that has a database to it with TLS, and turns away who comes without', () => {
    const withDatabase = workloads.filter((workload) => 'DATABASE_URL' in envOf(workload));
    const [cluster] = ofKind(resources, 'Cluster').map((one) => one['spec'] as { postgresql: { pg_hba?: string[] } });

    // its Deployment, and the Job of its migrations
    expect(withDatabase).toHaveLength(2 * services.filter(({ databases }) => databases.length > 0).length);
    for (const workload of withDatabase)
      expect([workload.name, envOf(workload)['DATABASE_TLS_CA']]).toEqual([workload.name, 'ca.crt of postgres-ca']);
    for (const { name, pod } of withDatabase.filter(({ kind }) => kind === 'Job')) {
      const [grants] = pod.initContainers;
      const variables = Object.fromEntries((grants?.env ?? []).map((one) => [one.name, one.value]));
      expect([name, variables]).toMatchObject([name, { PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/certificates/ca.crt' }]);
      expect(pod.volumes).toContainEqual(
        expect.objectContaining({ name: 'certificates', secret: expect.objectContaining({ secretName: 'postgres-ca' }) }),
      );
    }
    expect(cluster?.postgresql.pg_hba).toEqual(['hostnossl all all all reject']);
  });

  test('connects gateway and product to Redis with TLS, which it has no port without', () => {
    const withRedis = workloads.filter((workload) => workload.kind === 'Deployment' && 'REDIS_URL' in envOf(workload));
    const redis = workloadsOf(resources).find(({ name }) => name === 'redis')?.pod.containers[0];

    expect(withRedis.map(({ name }) => name).toSorted()).toEqual(['gateway', 'product']);
    for (const workload of withRedis)
      expect(envOf(workload)).toMatchObject({ REDIS_URL: 'rediss://redis:6379', REDIS_TLS_CA: 'ca.crt of redis-certificate' });
    expect(redis?.command.join(' ')).toContain('--port 0 --tls-port 6379');
    expect(redis?.readinessProbe).toMatchObject({ exec: { command: expect.arrayContaining(['--tls']) } });
  });
});

type KafkaSpec = { kafka: { listeners: unknown[] } };

needs('kubectl').describe.each(overlays)('what Kustomize makes of the overlay %s', (overlay) => {
  const resources = rendered(overlay);

  test('is in one namespace, each with the stage in which it is applied', () => {
    const namespaces = new Set(resources.filter(({ kind }) => kind !== 'Namespace').map(({ metadata }) => metadata.namespace));
    const stages = new Set(resources.map(({ metadata }) => metadata.labels?.['marigold.example/stage']));

    expect([...namespaces]).toEqual(['marigold']);
    expect([...stages].toSorted()).toEqual(['migrations', 'services', 'stores']);
  });

  test('runs images with their versions, ours in one', () => {
    const images = [
      ...new Set(
        workloadsOf(resources)
          .flatMap(containersOf)
          .map(({ image }) => image),
      ),
    ];

    expect(images.filter((image) => !/:[\w.-]+$/.test(image) || image.endsWith(':latest'))).toEqual([]);
    expect(images.filter((image) => /(^|\/)marigold:/.test(image))).toHaveLength(1);
  });

  test('applies the migrations in Jobs that are named after the image, since a Job cannot be changed', () => {
    const jobs = workloadsOf(resources).filter(({ labels }) => labels['app.kubernetes.io/component'] === 'migration');
    const tags = jobs.map(({ pod }) => pod.containers[0]?.image.split(':').at(-1));

    expect(jobs.map(({ name }) => name)).toEqual(jobs.map(({ labels }, at) => `migrate-${labels['app.kubernetes.io/name']}-${tags[at]}`));
  });
});
