import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { composeToFile, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const script = `${'console.log("a shop");'.repeat(200)}\n`;
const folder = mkdtempSync(join(tmpdir(), 'marigold-storefront-'));
const playground = join(folder, 'playground');
let stopLibrary: () => Promise<void>;
let gateway: TestGateway;
let unbuilt: TestGateway;

const open = (path: string, headers: Record<string, string> = { accept: 'text/html,*/*' }, of = gateway) =>
  fetch(of.url.replace('/graphql', path), { headers });

/** The answer as it came over the wire: fetch unpacks it. */
const raw = (path: string, acceptEncoding: string, method = 'GET') =>
  new Promise<{ encoding: string | undefined; body: Buffer; length: string | undefined }>((resolve, reject) => {
    request({ host: '127.0.0.1', port: gateway.port, path, method, headers: { 'accept-encoding': acceptEncoding } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { 'content-encoding': encoding, 'content-length': length } = response.headers;
        resolve({ encoding, length, body: Buffer.concat(chunks) });
      });
    })
      .on('error', reject)
      .end();
  });

/** With exactly this `accept`, or without one: fetch always sends one. */
const plain = (path: string, accept: string | undefined) =>
  new Promise<{ status: number | undefined; type: string | undefined }>((resolve, reject) => {
    const headers = accept === undefined ? {} : { accept };
    request({ host: '127.0.0.1', port: gateway.port, path, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'] }));
    })
      .on('error', reject)
      .end();
  });

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>The storefront</title>');
  writeFileSync(join(folder, 'assets', 'main-a1b2c3.js'), script);
  mkdirSync(join(playground, 'graphiql'), { recursive: true });
  writeFileSync(join(playground, 'index.html'), '<!doctype html><title>Marigold · Playground</title>');
  writeFileSync(join(playground, 'version.json'), '{}');
  writeFileSync(join(playground, 'graphiql', 'playground-A1B2C3.js'), script);
  const library = await startLibrary();
  stopLibrary = library.stop;
  const supergraph = composeToFile([library.books, library.reviews]);
  gateway = await startTestGateway(supergraph, { STOREFRONT_FOLDER: folder, PLAYGROUND_FOLDER: playground });
  unbuilt = await startTestGateway(supergraph, { STOREFRONT_FOLDER: join(folder, 'nowhere'), PLAYGROUND_FOLDER: join(folder, 'nowhere') });
});
afterAll(async () => {
  await Promise.all([gateway.stop(), unbuilt.stop()]);
  await stopLibrary();
  rmSync(folder, { recursive: true });
});

describe('the storefront', () => {
  test.each(['/', '/products/lotus-tea', '/orders/1', '/admin', '/admin/orders?status=PAID', '/no/such/page'])(
    'opens at %s',
    async (path) => {
      const response = await open(path);

      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(await response.text()).toContain('The storefront');
    },
  );

  test('runs under a policy with nothing inline', async () => {
    const headers = (await open('/orders/1')).headers;
    const policy = headers.get('content-security-policy') ?? '';

    expect(policy).toContain("script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: https:;");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('permissions-policy')).toContain('camera=()');
  });

  test('leaves the playground and its own policy at /graphql', async () => {
    const response = await open('/graphql');

    expect(await response.text()).toContain('Playground');
    expect(response.headers.get('content-security-policy')).toContain("style-src 'self' 'unsafe-inline'");
  });

  test('leaves the files of the playground to it, kept for a year and packed', async () => {
    const response = await open('/graphiql/playground-A1B2C3.js', { 'accept-encoding': 'gzip' });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toBe(script);
  });

  test.each([
    '/assets/gone-ffff.js',
    '/graphiql/gone-FFFF.js',
    '/graphiql/',
    '/version.json',
    '/assets/',
    '/pictures/gone.svg',
    '/pictures/uploaded/gone.png',
    '/graphql/nothing',
    '/favicon.ico',
    '/index.html',
    '/landing/index.html',
  ])('is not what a page gets that misses %s', async (path) => {
    const response = await open(path);

    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
  });

  test('has no file at a path that begins with two slashes, which names no host', async () => {
    expect((await open('/assets/main-a1b2c3.js')).status).toBe(200);
    expect((await open('//evil/assets/main-a1b2c3.js')).status).toBe(404);
  });

  test('is nothing to a program that asks for a page that is not there', async () => {
    expect((await open('/orders/1', { accept: 'application/json' })).status).toBe(404);
    expect((await fetch(gateway.url.replace('/graphql', '/orders/1'), { method: 'POST', headers: { accept: 'text/html' } })).status).toBe(
      405,
    );
  });

  test.each(['*/*', 'image/*, */*;q=0.8', 'Text/HTML', undefined])(
    'answers pages to clients that accept any type, as link previews and search engines do: accept %s',
    async (accept) => {
      writeFileSync(join(folder, 'pages.json'), JSON.stringify([{ path: '/cart' }]));
      const typeOf = async (path: string) => {
        const { status, type } = await plain(path, accept);
        return [status, type];
      };

      const found = await typeOf('/cart');
      const [missing] = await typeOf('/nothing');
      rmSync(join(folder, 'pages.json'));

      expect(found).toEqual([200, 'text/html; charset=utf-8']);
      expect(missing).toBe(404);
    },
  );

  test('has assets that browsers keep for a year, packed as they can unpack them', async () => {
    const response = await open('/assets/main-a1b2c3.js');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');

    const [brotli, gzip, plain, rejected] = await Promise.all(
      ['gzip, deflate, br', 'gzip', '', 'br;q=0, gzip'].map((accepted) => raw('/assets/main-a1b2c3.js', accepted)),
    );

    expect([brotli, gzip, plain, rejected].map((answer) => answer?.encoding)).toEqual(['br', 'gzip', undefined, 'gzip']);
    expect(brotliDecompressSync(brotli?.body ?? Buffer.alloc(0)).toString()).toBe(script);
    expect(plain?.body.toString()).toBe(script);
  });

  test('answers HEAD with the length and nothing else', async () => {
    const { length, body } = await raw('/', '', 'HEAD');

    expect([Number(length) > 10, body.length]).toEqual([true, 0]);
  });

  test('is revalidated, and is replaced after a new build', async () => {
    const etag = (await open('/orders/1')).headers.get('etag') ?? '';
    expect((await open('/orders/2', { accept: 'text/html', 'if-none-match': etag })).status).toBe(304);

    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>The storefront, built anew</title>');

    expect(await (await open('/orders/2', { accept: 'text/html', 'if-none-match': etag })).text()).toContain('built anew');
  });

  test('names the build command when it is not built', async () => {
    for (const path of ['/', '/products/lotus-tea']) {
      const response = await open(path, { accept: 'text/html' }, unbuilt);

      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.text()).toContain('storefront/build.ts');
    }
  });
});

describe('the playground', () => {
  test('names the build command when it is not built, and the graph is served all the same', async () => {
    const response = await open('/graphql', { accept: 'text/html' }, unbuilt);

    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('npm run playground:build');
    expect((await open('/graphiql/playground-A1B2C3.js', {}, unbuilt)).status).toBe(404);
  });

  test('is seen when it is built while the gateway runs', async () => {
    const later = join(folder, 'nowhere');
    mkdirSync(later);
    writeFileSync(join(later, 'index.html'), '<!doctype html><title>The playground, built now</title>');

    expect(await (await open('/graphql', { accept: 'text/html' }, unbuilt)).text()).toContain('built now');

    rmSync(later, { recursive: true });
  });
});
