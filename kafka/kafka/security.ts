import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import { z } from 'zod';
import { type ConfigOf, variable, withContradiction } from '#platform/config.ts';
import { areCertificates, isPrivateKey, pem } from '#platform/pem.ts';

/** How a client proves who it is, and makes sure who the broker is. */
export type KafkaSecurity = { readonly sasl?: SASLOptions; readonly ssl?: ConnectionOptions };

type Given = Readonly<Record<string, string | undefined>>;

const mechanisms = { 'SCRAM-SHA-512': 'scram-sha-512', 'SCRAM-SHA-256': 'scram-sha-256', PLAIN: 'plain' } as const;
const ofSasl = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];
const ofTls = ['KAFKA_TLS_CA', 'KAFKA_TLS_CERT', 'KAFKA_TLS_KEY'];
const ofClientCertificate = ['KAFKA_TLS_CERT', 'KAFKA_TLS_KEY'];

export const securityConfig = {
  KAFKA_TLS: withContradiction(
    z
      .enum(['on', 'off'])
      .default('off')
      .describe('Whether connections to Kafka are encrypted, and the certificates of the brokers checked.'),
    (given) => {
      const set = ofTls.filter((name) => given[name] !== undefined);
      return given['KAFKA_TLS'] === 'on' || set.length === 0 ? null : `${set.join(' and ')} set without KAFKA_TLS=on`;
    },
  ),
  KAFKA_TLS_CA: variable
    .certificates()
    .optional()
    .describe('Certificates in PEM that sign those of the brokers, in place of those that Node knows.'),
  KAFKA_TLS_CERT: pem()
    .refine(areCertificates, 'must be a certificate in PEM')
    .optional()
    .describe('The certificate of this client in PEM, for brokers that ask for one.'),
  KAFKA_TLS_KEY: withContradiction(
    pem()
      .refine(isPrivateKey, 'must be a private key in PEM, without a password')
      .optional()
      .describe('The private key of that certificate.'),
    (given) => incomplete(given, ofClientCertificate) ?? foreignKey(given),
  ),
  KAFKA_SASL_MECHANISM: withContradiction(
    z
      .enum(['SCRAM-SHA-512', 'SCRAM-SHA-256', 'PLAIN'])
      .optional()
      .describe('How this client proves who it is; all three or none. `PLAIN` sends the password itself: only with `KAFKA_TLS=on`.'),
    (given) => incomplete(given, ofSasl) ?? openPassword(given),
  ),
  KAFKA_SASL_USERNAME: z.string().optional().describe('Its name.'),
  KAFKA_SASL_PASSWORD: z.string().optional().describe('Its password.'),
} as const;

/** Either all of them are needed or none. */
function incomplete(given: Given, names: readonly string[]): string | null {
  const missing = names.filter((name) => given[name] === undefined);
  const set = names.filter((name) => given[name] !== undefined);
  return missing.length === 0 || set.length === 0 ? null : `${set.join(' and ')} set without ${missing.join(' and ')}`;
}

function openPassword(given: Given): string | null {
  const isOpen = given['KAFKA_SASL_MECHANISM'] === 'PLAIN' && given['KAFKA_TLS'] !== 'on';
  return isOpen ? 'KAFKA_SASL_MECHANISM=PLAIN would send the password unencrypted: it needs KAFKA_TLS=on' : null;
}

function foreignKey(given: Given): string | null {
  const certificate = pem().refine(areCertificates).safeParse(given['KAFKA_TLS_CERT']);
  const key = pem().refine(isPrivateKey).safeParse(given['KAFKA_TLS_KEY']);
  // what cannot be read is reported as such
  if (!certificate.success || !key.success) return null;
  const fits = new X509Certificate(certificate.data).checkPrivateKey(createPrivateKey(key.data));
  return fits ? null : 'KAFKA_TLS_KEY is not the key of KAFKA_TLS_CERT';
}

/** As kafkajs takes it. */
export function securityOf(config: ConfigOf<typeof securityConfig>): KafkaSecurity {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username = '', KAFKA_SASL_PASSWORD: password = '' } = config;
  const sasl = mechanism === undefined ? {} : { sasl: { mechanism: mechanisms[mechanism], username, password } as SASLOptions };
  if (config.KAFKA_TLS === 'off') return sasl;
  const { KAFKA_TLS_CA: ca, KAFKA_TLS_CERT: cert, KAFKA_TLS_KEY: key } = config;
  return { ...sasl, ssl: { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert, key }) } };
}
