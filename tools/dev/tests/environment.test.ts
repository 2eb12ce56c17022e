import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type ConfigShape, loadConfig } from '#platform/config.ts';
import { createSealKey } from '#platform/sealed-text.ts';
import { type Addresses, environmentOf, type Secrets } from '../environment.ts';
import { loadService } from '../load-service.ts';
import { databaseNames, type ServiceName, services } from '../services.ts';
import { choosePorts } from '../shop-ports.ts';

const account = (username: string) => ({ email: `${username}@marigold.example`, username, password: 'a-long-password' });
const secrets: Secrets = {
  internalTokenSecret: 'x'.repeat(48),
  accessTokenPrivateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  mailKeys: createSealKey('2026'),
  databaseSecret: 'y'.repeat(48),
  admin: account('admin'),
  customer: account('linh'),
};
const addresses: Addresses = {
  ports: await choosePorts('free'),
  publicUrl: 'http://localhost:4000',
  playgroundKey: 'k'.repeat(32),
  postgresUrl: 'postgres://postgres:secret@127.0.0.1:4032/postgres',
  databasePrefix: 'marigold',
  kafkaBrokers: ['127.0.0.1:4092'],
  redisUrl: 'redis://127.0.0.1:4079',
  smtpUrl: 'smtp://127.0.0.1:1025',
  logsFolder: '/data/logs/collected',
};
const configs = Object.fromEntries(
  await Promise.all(services.map(async (service) => [service.name, (await loadService(service)).config] as const)),
) as Record<ServiceName, ConfigShape>;

describe('the environment of the services', () => {
  const environment = environmentOf(addresses, secrets);

  test.each(services.map((service) => service.name))('is all that %s needs', (name) => {
    expect(() => loadConfig(configs[name], environment[name])).not.toThrow();
  });

  test.each(services.map((service) => service.name))('holds nothing that %s does not know', (name) => {
    const known = new Set([...Object.keys(configs[name]), 'KAFKA_BROKERS', 'APOLLO_TELEMETRY_DISABLED']);
    expect(Object.keys(environment[name]).filter((variable) => !known.has(variable))).toEqual([]);
  });

  test('gives each database to one service', () => {
    const databasesOf = (name: ServiceName) =>
      Object.entries(environment[name])
        .filter(([variable]) => variable.endsWith('DATABASE_URL'))
        .map(([, url]) => new URL(url).pathname);

    expect(services.flatMap(({ name }) => databasesOf(name))).toEqual(databaseNames.map((name) => `/marigold_${name}`));
    expect(new Set(databaseNames).size).toBe(databaseNames.length);
  });

  test('names for each database a role of its own, and never the superuser', () => {
    const urls = services.flatMap(({ name }) =>
      Object.entries(environment[name]).filter(([variable]) => variable.endsWith('DATABASE_URL')),
    );
    const roles = urls.map(([, url]) => new URL(url).username);
    const passwords = urls.map(([, url]) => new URL(url).password);

    expect(roles.toSorted()).toEqual(databaseNames.map((name) => `marigold_${name}`).toSorted());
    expect(new Set(passwords).size).toBe(roles.length);
    expect(passwords).not.toContain('secret');
  });

  test('gives operations the address of every component', () => {
    expect(environment.operations['COMPONENTS']?.split(',')).toEqual(
      services.map(({ name }) => `${name}=http://127.0.0.1:${addresses.ports[`${name}-admin`]}`),
    );
  });

  test('keeps a secret from those who do not need it', () => {
    const holders = (value: string) =>
      services.map((service) => service.name).filter((name) => Object.values(environment[name]).includes(value));
    expect(holders(secrets.accessTokenPrivateKey)).toEqual(['user']);
    expect(holders(secrets.admin.password)).toEqual(['user']);
    expect(holders(secrets.mailKeys)).toEqual(['user', 'mail']);
  });

  test('lets every service record its traces for the admin pages', () => {
    expect(services.map(({ name }) => environment[name]['OTEL_TRACES_EXPORTER'])).toEqual(services.map(() => 'kafka'));
  });

  test('names no Kafka and no Redis where there is none', () => {
    const bare = environmentOf({ ...addresses, kafkaBrokers: null, redisUrl: null }, secrets);
    expect(Object.values(bare).some((env) => 'KAFKA_BROKERS' in env || 'REDIS_URL' in env)).toBe(false);
  });
});
