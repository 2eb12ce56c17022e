import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { kafkaConfig } from '#kafka/kafka/log.ts';
import { loadConfig } from '#platform/config.ts';
import { readSubgraphs } from '#schema/compose.ts';
import { needs } from '#tests/support/needs.ts';
import { loadService } from '#tools/dev/load-service.ts';
import { services } from '#tools/dev/services.ts';

type Service = {
  image?: string;
  profiles?: string[];
  read_only?: boolean;
  mem_limit?: string;
  ports?: string[];
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
};

const root = new URL('../../', import.meta.url);
/** Without a variable set, as `docker compose up` reads the file. */
const withDefaults = (text: string) => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
const compose = parseYaml(withDefaults(readFileSync(new URL('docker-compose.yml', root), 'utf8')), { merge: true }) as {
  services: Record<string, Service>;
};
const dockerfile = readFileSync(new URL('Dockerfile', root), 'utf8');

const configs = await Promise.all(
  services.map(async (service) => [service.name, { ...kafkaConfig, ...(await loadService(service)).config }] as const),
);

const environmentOf = (name: string) => compose.services[name]?.environment ?? {};

describe.each(configs)('the container of %s', (name, config) => {
  test('has every variable that its configuration asks for', () => {
    expect(() => loadConfig(config, environmentOf(name))).not.toThrow();
  });

  test('has no variable that nothing reads', () => {
    expect(Object.keys(environmentOf(name)).filter((variableName) => !(variableName in config))).toEqual([]);
  });

  test('starts a file of the image', () => {
    const file = compose.services[name]?.command?.[1] ?? '';

    expect(existsSync(new URL(file, root))).toBe(true);
    expect(dockerfile).toContain(`COPY ${file.split('/')[0]} ${file.split('/')[0]}`);
  });

  test('is asked for its health on its own port', () => {
    expect(compose.services[name]?.healthcheck?.test.join(' ')).toContain(`127.0.0.1:${environmentOf(name)['PORT']}/readyz`);
  });
});

test('every subgraph listens at its address in the supergraph', () => {
  for (const { name, url } of readSubgraphs()) {
    if (name === 'events') continue;

    expect(new URL(url).port).toBe(environmentOf(name)['PORT']);
    expect(new URL(url).hostname).toBe(name);
  }
});

test('every subgraph has a container', () => {
  expect(Object.keys(compose.services)).toEqual(
    expect.arrayContaining(
      readSubgraphs()
        .map(({ name }) => name)
        .filter((name) => name !== 'events'),
    ),
  );
});

test('operations polls every container of ours at its admin address, which is unreachable from outside', () => {
  const asked = (environmentOf('operations')['COMPONENTS'] ?? '').split(',');

  expect(asked.toSorted()).toEqual(services.map(({ name }) => `${name}=http://${name}:${environmentOf(name)['ADMIN_PORT']}`).toSorted());
});

test('every address in an environment is that of a container', () => {
  const hosts = Object.values(compose.services).flatMap((service) =>
    Object.values(service.environment ?? {}).flatMap((value) =>
      [...(value ?? '').matchAll(/(?:postgres|redis|http|smtp):\/\/(?:[^@\s/,]*@)?([a-z0-9.-]+)(?::\d+)?/g)].map((match) => match[1] ?? ''),
    ),
  );

  const known = new Set([...Object.keys(compose.services), 'localhost', '127.0.0.1']);
  expect(hosts.filter((host) => !known.has(host))).toEqual([]);
});

test('every database of a container is created', () => {
  const created = readFileSync(new URL('tools/dev/compose/databases.sql', root), 'utf8');
  const used = Object.values(compose.services).flatMap((service) =>
    Object.values(service.environment ?? {}).flatMap((value) => /^postgres:.*\/(\w+)$/.exec(value)?.[1] ?? []),
  );

  expect(used.length).toBeGreaterThan(5);
  for (const database of used) expect(created).toContain(`CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8'`);
});

test('the mail inbox answers by no name but those of the machine itself, in a version that asks for that', () => {
  const inbox = compose.services['mailpit'];
  const [, major, minor, patch] = /:v(\d+)\.(\d+)\.(\d+)$/.exec(inbox?.image ?? '')?.map(Number) ?? [];

  expect([major, (minor ?? 0) * 1000 + (patch ?? 0) >= 31_001]).toEqual([1, true]);
  expect(inbox?.environment).toMatchObject({ MP_ALLOWED_HOSTS: 'localhost' });
  expect(inbox?.environment).not.toHaveProperty('MP_API_CORS');
});

test('the shop and the mail inbox are published on this machine alone, and nothing else is without the profile', () => {
  const published = (isMeant: (service: Service) => boolean) =>
    Object.values(compose.services).flatMap((service) => (isMeant(service) ? (service.ports ?? []) : []));
  const onlyHere = published(({ profiles = [] }) => profiles.includes('observability'));

  expect(published(({ profiles = [] }) => profiles.length === 0).toSorted()).toEqual(['127.0.0.1:1080:8025', '127.0.0.1:4000:4000']);
  expect(onlyHere.toSorted()).toEqual(['127.0.0.1:16686:16686', '127.0.0.1:3000:3000', '127.0.0.1:9091:9090']);
});

test.each(Object.entries(compose.services))(
  'the container %s has a pinned image and a bound of its memory',
  (_, { image, mem_limit: memory }) => {
    expect(image).toMatch(/:(v?\d+\.\d|local$)/);
    expect(memory).toMatch(/^\d+[mg]$/);
  },
);

test('our own containers write nothing into their image', () => {
  const ours = Object.entries(compose.services).filter(([, { image }]) => image === 'marigold:local');

  expect(ours.length).toBeGreaterThan(services.length);
  expect(ours.filter(([, service]) => service.read_only !== true).map(([name]) => name)).toEqual([]);
});

const databases = readFileSync(new URL('tools/dev/compose/databases.sql', root), 'utf8');
const urlsOf = (name: string) =>
  Object.entries(environmentOf(name)).flatMap(([variableName, value]) => (/DATABASE_URL$/.test(variableName) ? [new URL(value)] : []));
/** Owns a database: what is made there belongs to it. */
const ownerOf = (database: string) => new RegExp(`CREATE DATABASE ${database} [^;]* OWNER (\\w+);`).exec(databases)?.[1];

describe.each(services.filter(({ databases: owned }) => owned.length > 0).map(({ name }) => name))(
  'the role of %s in its database',
  (name) => {
    test('is one of its own, which owns nothing and is no superuser', () => {
      for (const { username, password, pathname } of urlsOf(name)) {
        expect(databases).toContain(`CREATE ROLE ${username} LOGIN PASSWORD '${password}';`);
        expect(databases).toContain(`REVOKE ALL ON DATABASE ${pathname.slice(1)} FROM PUBLIC;`);
        expect(databases).toContain(`GRANT CONNECT ON DATABASE ${pathname.slice(1)} TO ${username};`);
        expect(databases).not.toContain(`OWNER ${username};`);
      }
    });

    test('is its alone', () => {
      const others = services.filter((other) => other.name !== name).flatMap((other) => urlsOf(other.name));

      expect(others.filter(({ pathname }) => urlsOf(name).some((own) => own.pathname === pathname))).toEqual([]);
    });

    test('leaves the tables to another, with which a container of its own applies the migrations first', () => {
      const migrating = compose.services[`${name}-migrations`];

      expect(compose.services[name]?.depends_on?.[`${name}-migrations`]).toEqual({ condition: 'service_completed_successfully' });
      expect(migrating?.command).toEqual([...(compose.services[name]?.command ?? []), 'migrate']);
      expect(Object.keys(migrating?.environment ?? {})).toEqual(Object.keys(environmentOf(name)));
      for (const { username, password, pathname } of urlsOf(`${name}-migrations`)) {
        expect(username).toBe(ownerOf(pathname.slice(1)));
        expect(databases).toContain(`CREATE ROLE ${username} LOGIN PASSWORD '${password}';`);
      }
    });
  },
);

test('no container knows the password of PostgreSQL’s superuser but its own', () => {
  const holders = Object.entries(compose.services).filter(([, { environment }]) =>
    JSON.stringify(environment ?? {}).includes('postgres:marigold'),
  );

  expect(holders.map(([name]) => name)).toEqual([]);
});

test('every mounted file is in the repository', () => {
  const mounts = Object.values(compose.services).flatMap((service) => (service.volumes ?? []).filter((volume) => volume.startsWith('./')));

  for (const mount of mounts) expect(existsSync(new URL(mount.split(':')[0] ?? '', root))).toBe(true);
});

needs('docker-compose').test.each([
  ['alone', []],
  ['with the profile', ['--env-file', 'deploy/observability/compose.env']],
])('docker-compose accepts the file %s', (_, options: string[]) => {
  const { error, status, stderr } = spawnSync('docker-compose', [...options, 'config', '--quiet'], { cwd: root, encoding: 'utf8' });

  expect({ error, status, stderr }).toEqual({ error: undefined, status: 0, stderr: '' });
});
