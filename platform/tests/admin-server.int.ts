import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { type AdminServer, adminConfig, readinessOf, serveAdmin } from '../service/admin-server.ts';

let reason: string | null = null;
let server: AdminServer;

beforeAll(async () => {
  server = await serveAdmin({
    host: '127.0.0.1',
    port: 0,
    readiness: async () => readinessOf(reason),
    metrics: async () => 'kettles 1\n',
    documents: { '/plan.txt': () => 'how it is built' },
    logger: createLogger('test', 'silent'),
  });
});
afterAll(() => server?.stop());

const read = async (path: string, init?: RequestInit) => {
  const response = await fetch(`${server.url}${path}`, init);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

/** By node:http, which sends any Host header. */
function statusFor(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path: '/metrics', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
}

describe('the admin address', () => {
  test('reports why a service is not ready', async () => {
    expect(await read('/readyz')).toMatchObject({ status: 200, text: '{"status":"ready"}' });
    reason = 'the kettle is cold';
    expect(await read('/readyz')).toMatchObject({ status: 503, text: '{"status":"not ready","reason":"the kettle is cold"}' });
  });

  test('serves liveness, metrics, and pages of the service', async () => {
    expect(await read('/livez')).toMatchObject({ status: 200, text: '{"status":"live"}' });
    expect(await read('/metrics')).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', text: 'kettles 1\n' });
    expect(await read('/plan.txt')).toMatchObject({ status: 200, text: 'how it is built' });
    expect(await read('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  test('answers an unknown path with the list of paths, and accepts no bodies', async () => {
    expect(await read('/')).toMatchObject({ status: 404, text: expect.stringContaining('/livez, /readyz, /metrics, /plan.txt') });
    expect((await read('/metrics', { method: 'POST' })).status).toBe(405);
  });

  test('on the loopback address answers to no foreign host name', async () => {
    expect(await statusFor(`localhost:${server.port}`)).toBe(200);
    expect(await statusFor('evil.example')).toBe(403);
  });

  test('is on the loopback address, beside the port of the service, unless configured otherwise', () => {
    expect(loadConfig(adminConfig(4003), {})).toEqual({ ADMIN_HOST: '127.0.0.1', ADMIN_PORT: 4053 });
  });
});
