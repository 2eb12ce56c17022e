import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '#platform/config.ts';
import { kafkaConfig } from '../kafka/log.ts';
import { securityOf } from '../kafka/security.ts';

const scram = { KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', KAFKA_SASL_USERNAME: 'order', KAFKA_SASL_PASSWORD: 'secret' };
const load = (more: Record<string, string>) => loadConfig(kafkaConfig, { KAFKA_BROKERS: 'kafka:9092', ...more });

function problemsOf(more: Record<string, string>): readonly string[] {
  try {
    load(more);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the security of Kafka', () => {
  test('is none unless it is asked for', () => {
    expect(securityOf(load({}))).toEqual({});
  });

  test('is a password, encryption or both', () => {
    const sasl = { mechanism: 'scram-sha-512', username: 'order', password: 'secret' };

    expect(securityOf(load(scram))).toEqual({ sasl });
    expect(securityOf(load({ KAFKA_TLS: 'on' }))).toEqual({ ssl: {} });
    expect(securityOf(load({ ...scram, KAFKA_TLS: 'on' }))).toEqual({ sasl, ssl: {} });
  });

  test('names everything that contradicts itself at once', () => {
    expect(problemsOf({ KAFKA_TLS_CA: 'none', KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_TLS_KEY: 'none' })).toEqual([
      'KAFKA_TLS_CA: must be certificates in PEM',
      'KAFKA_TLS_KEY: must be a private key in PEM, without a password',
      'KAFKA_TLS_CA and KAFKA_TLS_KEY set without KAFKA_TLS=on',
      'KAFKA_TLS_KEY set without KAFKA_TLS_CERT',
      'KAFKA_SASL_MECHANISM set without KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
    ]);
  });

  test('sends no password in the open', () => {
    const plain = { ...scram, KAFKA_SASL_MECHANISM: 'PLAIN' };

    expect(problemsOf(plain)).toEqual(['KAFKA_SASL_MECHANISM=PLAIN would send the password unencrypted: it needs KAFKA_TLS=on']);
    expect(problemsOf({ ...plain, KAFKA_TLS: 'on' })).toEqual([]);
  });
});
