import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM as text, and the files it is in. */
export type Certificate = {
  readonly certificate: string;
  readonly certificateFile: string;
  readonly key: string;
  readonly keyFile: string;
};

export type Certificates = {
  /** Every account may look into it. */
  readonly folder: string;
  readonly ca: Certificate;
  /** Signed by `ca`, for 127.0.0.1. */
  readonly server: Certificate;
  /** Signed nothing. */
  readonly foreignCa: Certificate;
  /** Writes a file into the folder. Returns its path. */
  file(name: string, content: string): string;
  remove(): void;
};

/** Two authorities, and a certificate of the first; for tests with `needs('openssl')`. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'marigold-certificates-'));
  chmodSync(folder, 0o755);
  const ca = make(folder, 'ca', []);
  const signed = ['-CA', ca.certificateFile, '-CAkey', ca.keyFile];
  return {
    folder,
    ca,
    server: make(folder, 'server', [...signed, '-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=CA:FALSE']),
    foreignCa: make(folder, 'foreign-ca', []),
    file(name, content) {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const selfSigned = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '7'];

function make(folder: string, name: string, more: readonly string[]): Certificate {
  const [certificateFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  execFileSync('openssl', [...selfSigned, '-subj', `/CN=${name}`, '-keyout', keyFile, '-out', certificateFile, ...more], { stdio: 'pipe' });
  return { certificateFile, keyFile, certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}
