import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { readJson } from '../http/server.ts';

function send(): { request: PassThrough; read(limitBytes?: number): ReturnType<typeof readJson> } {
  const request = Object.assign(new PassThrough(), { headers: {} });
  return { request, read: (limitBytes) => readJson(request as unknown as IncomingMessage, limitBytes) };
}

test('the pieces in which a body comes are not kept: each takes more memory than it has bytes', async () => {
  const { request, read } = send();
  const body = read();
  const piece = Buffer.alloc(1);
  for (const character of '"ä and more"') {
    for (const byte of Buffer.from(character)) {
      piece[0] = byte;
      request.emit('data', piece);
    }
  }
  request.emit('end');

  expect(await body).toEqual({ ok: true, value: 'ä and more' });
});

test('a body of exactly the limit is read, and one of a byte more is not', async () => {
  const text = JSON.stringify('x'.repeat(98));
  const answers = [0, 1].map((more) => {
    const { request, read } = send();
    const body = read(100);
    request.emit('data', Buffer.from(text.slice(0, 40)));
    request.emit('data', Buffer.from(text.slice(40) + ' '.repeat(more)));
    request.emit('end');
    return body;
  });

  expect(await Promise.all(answers)).toMatchObject([{ ok: true }, { ok: false, status: 413 }]);
});
