import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { startMailInbox } from '../mail-inbox.ts';
import { freePorts } from '../ports.ts';
import type { RunningComponent } from '../supervised-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'marigold-inbox-'));
let inbox: RunningComponent;
let port: number;

beforeAll(async () => {
  const [uiPort = 0, smtpPort = 0] = await freePorts([0, 0]);
  port = uiPort;
  inbox = await startMailInbox({ uiPort, smtpPort, folder });
}, 30_000);
afterAll(async () => {
  await inbox?.stop(1000);
  rmSync(folder, { recursive: true });
});

type Answer = { status: number | undefined; headers: IncomingHttpHeaders };

/** By node:http, which sends any Host header. */
function ask(headers: Record<string, string> = {}, { method = 'GET', path = '/api/email' } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers: { host: `localhost:${port}`, ...headers } }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode, headers: response.headers }));
    })
      .on('error', reject)
      .end();
  });
}

/** Resolves to the status with which the socket of the inbox's own pages was opened or rejected. */
function openSocket(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, { headers });
    socket.on('upgrade', () => {
      resolve(101);
      socket.terminate();
    });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
    socket.on('error', () => undefined);
  });
}

const own = () => `http://localhost:${port}`;
const foreign: readonly Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'http://localhost:3000' },
  { origin: 'null' },
  { host: 'evil.example:1080' },
  { host: 'evil.example:1080', origin: 'http://evil.example:1080' },
  { host: 'localhost.evil.example' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
  { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
];

describe('the mail inbox', () => {
  test('answers its own pages, programs, and a person who follows a link', async () => {
    const asked = [
      {},
      { origin: own(), 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
      { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
      { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    ];

    for (const headers of asked) expect((await ask(headers)).status).toBe(200);
    expect((await ask({ accept: 'text/html' }, { path: '/' })).status).toBe(200);
  });

  test('invites no other page', async () => {
    for (const path of ['/api/email', '/socket.io/?EIO=4&transport=polling']) {
      const { status, headers } = await ask({ origin: own() }, { path });

      expect([status, Object.keys(headers).filter((name) => name.startsWith('access-control-'))]).toEqual([200, []]);
      expect(headers).toMatchObject({ 'cross-origin-resource-policy': 'same-origin', 'x-frame-options': 'SAMEORIGIN' });
    }
  });

  test.each(foreign)('shows and does nothing for %p', async (headers) => {
    const answers = [
      await ask(headers),
      await ask(headers, { path: '/socket.io/?EIO=4&transport=polling' }),
      await ask(headers, { method: 'DELETE', path: '/api/email/all' }),
      await ask({ 'access-control-request-method': 'DELETE', ...headers }, { method: 'OPTIONS' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    for (const answer of answers) expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('opens a socket for its own pages only', async () => {
    expect(await openSocket({ host: `localhost:${port}`, origin: own() })).toBe(101);
    expect(await openSocket({ host: `localhost:${port}`, origin: 'https://evil.example' })).toBe(403);
    expect(await openSocket({ host: 'evil.example', origin: 'http://evil.example' })).toBe(403);
  });
});
