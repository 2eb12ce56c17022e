import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { loadConfig } from '#platform/config.ts';
import { type Certificates, makeCertificates } from '#tests/support/certificates.ts';
import { needs } from '#tests/support/needs.ts';
import { createRecordingLogger, type RecordingLogger } from '#tests/support/recording-logger.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { type RunningKafka, startKafka } from '#tools/dev/kafka.ts';
import { loadService } from '#tools/dev/load-service.ts';
import { freePort } from '#tools/dev/ports.ts';
import type { EventLog, Message } from '../event-log.ts';
import { kafkaConfig, kafkaEventLog } from '../kafka/log.ts';

const { describe } = needs('kafka');
const { test } = needs('openssl');
const password = 'a-password-that-no-log-may-show';
const wrongPassword = 'a-wrong-one-that-no-log-may-show';
const stops: (() => unknown)[] = [];
let certificates: Certificates;
let recorded: RecordingLogger;

describe('Kafka with certificates and a password', () => {
  let kafka: RunningKafka;
  let brokers: string;
  beforeAll(async () => {
    certificates = makeCertificates();
    const { server, ca, file, folder } = certificates;
    const port = await freePort();
    brokers = `127.0.0.1:${port}`;
    const keystore = file('kafka.pem', `${server.key}${server.certificate}`);
    const prefix = 'listener.name.sasl_ssl';
    const settings = {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': keystore,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': ca.certificateFile,
      [`${prefix}.ssl.client.auth`]: 'requested',
      [`${prefix}.sasl.enabled.mechanisms`]: 'SCRAM-SHA-512',
      [`${prefix}.scram-sha-512.sasl.jaas.config`]: 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    };
    kafka = await startKafka({ dataDir: join(folder, 'kafka'), secured: { port, settings, users: [{ name: 'shop', password }] } });
  }, 60_000);
  afterAll(async () => {
    await kafka?.stop();
    certificates?.remove();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    expect(recorded.lines.join('')).not.toMatch(/that-no-log-may-show/);
  });

  const environment = (more: Record<string, string> = {}) => ({
    KAFKA_BROKERS: brokers,
    KAFKA_TLS: 'on',
    KAFKA_TLS_CA_FILE: certificates.ca.certificateFile,
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: 'shop',
    KAFKA_SASL_PASSWORD_FILE: certificates.file('kafka-password', `${password}\n`),
    ...more,
  });
  const open = (more?: Record<string, string>): EventLog => {
    recorded = createRecordingLogger();
    const log = kafkaEventLog.open(loadConfig(kafkaConfig, environment(more)), 'secured', recorded.logger);
    stops.push(() => log.close());
    return log;
  };
  const message: Message = { topic: 'checkout', key: 'o', headers: { ce_id: 'a' }, value: '{}' };

  test.each([
    ['with a password', () => ({})],
    [
      'with a certificate of its own besides',
      () => ({ KAFKA_TLS_CERT_FILE: certificates.server.certificateFile, KAFKA_TLS_KEY_FILE: certificates.server.keyFile }),
    ],
  ])('lets publish, subscribe and read a whole topic %s', async (how, more) => {
    const log = open(more());
    const received: string[] = [];
    await log.publish([message]);
    const subscription = await log.subscribe({
      group: how.replaceAll(' ', '-'),
      memberId: 'secured',
      topics: ['checkout'],
      from: 'beginning',
      minFetchIntervalMs: 10,
      handle: async (deliveries) => void received.push(...deliveries.map(({ key }) => String(key))),
    });
    stops.push(() => subscription.stop());

    await waitFor('the message', () => received.includes('o'));
    expect(await log.readAll('checkout')).not.toEqual([]);
    expect(await log.unhealthyReason()).toBeNull();
  });

  test.each([
    [
      'the certificate of another authority',
      () => ({ KAFKA_TLS_CA_FILE: certificates.foreignCa.certificateFile }),
      /^Kafka cannot be reached: .*certificate/,
    ],
    [
      'a wrong password',
      () => ({ KAFKA_SASL_PASSWORD_FILE: certificates.file('wrong-password', wrongPassword) }),
      /^Kafka cannot be reached: .*[Aa]uthentication failed/,
    ],
  ])('does not let in who has %s: it waits, and says so in one sentence', async (_, more, reason) => {
    const log = open(more());
    const subscription = await log.subscribe({
      group: 'never',
      memberId: 'never',
      topics: ['checkout'],
      from: 'beginning',
      minFetchIntervalMs: 10,
      handle: async () => undefined,
    });
    stops.push(() => subscription.stop());

    await expect(log.publish([message])).rejects.toThrow();
    expect(await log.unhealthyReason()).toMatch(reason);
    const waiting = await waitFor('the reason', () => recorded.reasonsOf('waiting for Kafka')[0]);
    expect(`Kafka cannot be reached: ${waiting}`).toMatch(reason);
  });

  test('has its variables checked against each other', () => {
    const { ca, server } = certificates;
    const load = () =>
      loadConfig(kafkaConfig, environment({ KAFKA_TLS_CERT_FILE: server.certificateFile, KAFKA_TLS_KEY_FILE: ca.keyFile }));

    expect(load).toThrow('KAFKA_TLS_KEY is not the key of KAFKA_TLS_CERT');
  });

  test('serves a whole service, whose variables are files', async () => {
    recorded = createRecordingLogger();
    const { start } = await loadService({ name: 'operations', folder: 'subgraphs/operations' });
    const eventLog = open();
    const running = await start(
      {
        PORT: '0',
        ADMIN_PORT: '0',
        INTERNAL_TOKEN_SECRET_FILE: certificates.file('secret', 'i'.repeat(32)),
        COMPONENTS: 'gateway=http://127.0.0.1:1',
      },
      { eventLog, logger: recorded.logger },
    );
    stops.push(() => running.stop());

    expect((await fetch(new URL('/readyz', running.url))).status).toBe(200);
  });
});
