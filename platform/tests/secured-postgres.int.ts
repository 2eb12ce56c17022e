import { execFile } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import pg from 'pg';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { type Certificates, makeCertificates } from '#tests/support/certificates.ts';
import { needs } from '#tests/support/needs.ts';
import { createTestDatabase } from '#tests/support/postgres.ts';
import { createRecordingLogger, type RecordingLogger } from '#tests/support/recording-logger.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { loadService } from '#tools/dev/load-service.ts';
import { type RunningPostgres, startPostgres } from '#tools/dev/postgres.ts';
import { findPostgresHome, removePostgresData } from '#tools/dev/postgres-home.ts';
import { type Database, migrateWhenReachable, openDatabase } from '../postgres/database.ts';
import { isTransientDatabaseError } from '../postgres/errors.ts';
import { connectionReasonOf } from '../tls.ts';

const { describe, test } = needs('openssl');
const root = join(import.meta.dirname, '../..');
const password = 'a-password-that-no-log-may-show';
const wrongPassword = 'a-wrong-one-that-no-log-may-show';
const stops: (() => unknown)[] = [];
let certificates: Certificates;
let recorded: RecordingLogger;

describe('PostgreSQL with certificates and a password', () => {
  let postgres: RunningPostgres;
  let dataDir: string;
  let owner: pg.Client;
  beforeAll(async () => {
    certificates = makeCertificates();
    const { server, folder } = certificates;
    dataDir = join(folder, 'postgres');
    const { account } = findPostgresHome(dataDir, () => undefined);
    if (account !== null) chownSync(certificates.server.keyFile, account.uid, account.gid);
    chmodSync(certificates.server.keyFile, 0o600);
    const settings = { fsync: 'off', ssl: 'on', ssl_cert_file: server.certificateFile, ssl_key_file: server.keyFile };
    postgres = await startPostgres({ dataDir, settings });
    owner = new pg.Client({ connectionString: postgres.url });
    await owner.connect();
    await owner.query(`CREATE ROLE shop LOGIN PASSWORD '${password}'`);
    await owner.query('CREATE DATABASE shop OWNER shop');
    await owner.query('CREATE DATABASE provider OWNER shop');
    await owner.query('CREATE DATABASE payment OWNER shop');
  });
  afterAll(async () => {
    await owner?.end();
    await postgres?.stop();
    removePostgresData(dataDir);
    certificates?.remove();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    expect(recorded.lines.join('')).not.toMatch(/that-no-log-may-show/);
  });

  const urlOf = (more = '', secret = password, host = '127.0.0.1') => `postgres://shop:${secret}@${host}:${postgres.port}/shop${more}`;
  const open = async (url: string, tlsCa?: string): Promise<Database> => {
    recorded = createRecordingLogger();
    const migrations = join(root, 'subgraphs/product/migrations');
    const database = await openDatabase({ url, tlsCa, entities: [], migrations, poolSize: 2, logger: recorded.logger });
    stops.push(() => database.close());
    return database;
  };
  const isEncrypted = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';

  test('are encrypted wherever a connection is taken, when the authority is known', async () => {
    const database = await open(urlOf(), certificates.ca.certificate);
    const reserved = await database.reserve(() => undefined);

    expect((await database.query(isEncrypted)).rows).toEqual([{ ssl: true }]);
    expect((await reserved.query(isEncrypted)).rows).toEqual([{ ssl: true }]);
    expect(await database.unitOfWork(async (_, sql) => (await sql.query(isEncrypted)).rows)).toEqual([{ ssl: true }]);
    reserved.release();
  });

  test.each([
    [
      'of another authority',
      () => urlOf(),
      () => certificates.foreignCa.certificate,
      /the certificate of the server is not trusted: .*certificate/,
    ],
    ['of no authority that Node knows', () => urlOf('?sslmode=require'), () => undefined, /the certificate of the server is not trusted/],
    ['for another host', () => urlOf('', password, 'localhost'), () => certificates.ca.certificate, /is not trusted: .*localhost/],
  ])('to a certificate %s are not made, with one sentence, and are worth another try', async (_, url, tlsCa, reason) => {
    const database = await open(url(), tlsCa());

    const error = await database.query('SELECT 1').catch((failure: unknown) => failure);

    expect(connectionReasonOf(error)).toMatch(reason);
    expect(isTransientDatabaseError(error)).toBe(true);
  });

  test('to a server without TLS are not made in the open', async () => {
    const plain = await createTestDatabase('without_tls');
    const database = await open(plain.url, certificates.ca.certificate);

    await expect(database.query('SELECT 1')).rejects.toThrow('The server does not support SSL connections');
    await plain.drop();
  });

  test('with a wrong password wait, say so, and are made once it is right', async () => {
    const database = await open(urlOf('?sslmode=verify-full', wrongPassword), certificates.ca.certificate);
    const migrated = migrateWhenReachable(database, recorded.logger);
    await waitFor('the reason', () =>
      recorded.reasonsOf('waiting for the database')[0]?.includes('password authentication failed for user'),
    );

    await owner.query(`ALTER ROLE shop PASSWORD '${wrongPassword}'`);

    await expect(migrated).resolves.toBeUndefined();
    await owner.query(`ALTER ROLE shop PASSWORD '${password}'`);
  });

  test('are made by the migrations of a service and by itself, to each of its databases', async () => {
    recorded = createRecordingLogger();
    const provider = urlOf('?sslmode=verify-full').replace('/shop?', '/provider?');
    const env = {
      KAFKA_BROKERS: '127.0.0.1:9',
      INTERNAL_TOKEN_SECRET: 'i'.repeat(32),
      DATABASE_URL_FILE: certificates.file('database-url', `${urlOf().replace(/shop$/, 'payment')}\n`),
      PROVIDER_DATABASE_URL_FILE: certificates.file('provider-url', `${provider}\n`),
    };
    const secured = { ...env, DATABASE_TLS_CA_FILE: certificates.ca.certificateFile };
    const migrate = (ofService: NodeJS.ProcessEnv) =>
      promisify(execFile)(process.execPath, ['subgraphs/payment/main.ts', 'migrate'], { cwd: root, env: ofService });
    await expect(migrate({ ...env, DATABASE_TLS_CA_FILE: certificates.foreignCa.certificateFile })).rejects.toThrow(/certificate/);
    expect((await migrate(secured)).stdout.match(/Applied: /g)).toHaveLength(2);

    const eventLog = createInProcessLog();
    stops.push(() => eventLog.close());
    const { start } = await loadService({ name: 'payment', folder: 'subgraphs/payment' });
    const payment = await start({ ...secured, PORT: '0', ADMIN_PORT: '0' }, { eventLog, logger: recorded.logger });
    stops.push(() => payment.stop());

    expect((await fetch(new URL('/readyz', payment.url))).status).toBe(200);
    const connected = await owner.query<{ datname: string }>(
      "SELECT DISTINCT datname FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND datname IN ('payment', 'provider') ORDER BY 1",
    );
    expect(connected.rows.map(({ datname }) => datname)).toEqual(['payment', 'provider']);
  });
});
