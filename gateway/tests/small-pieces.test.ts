import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { SmallPieces } from '../http/small-pieces.ts';

function start(most: number) {
  const seen = { time: 0, exceeded: [] as string[] };
  const pieces = new SmallPieces({
    most,
    now: () => seen.time,
    onExceeded: (_request, address) => seen.exceeded.push(address),
  });
  const receive = (address: string) => {
    const body = Object.assign(new PassThrough(), { headers: { 'transfer-encoding': 'chunked' } });
    pieces.watch(body as unknown as IncomingMessage, address);
    return {
      send(count: number, bytes: number) {
        for (let left = count; left > 0; left -= 1) body.push(Buffer.alloc(bytes));
      },
      received: () => body.readableLength,
    };
  };
  return { seen, receive };
}

test('small pieces count for all bodies of an address together, beyond the first ten of each', () => {
  const { seen, receive } = start(20);
  for (let bodies = 0; bodies < 100; bodies += 1) receive('10.0.0.1').send(10, 1);
  receive('10.0.0.1').send(25, 1);
  receive('10.0.0.2').send(30, 1);
  expect(seen.exceeded).toEqual([]);

  const last = receive('10.0.0.1');
  last.send(1000, 1);

  expect(seen.exceeded).toEqual(['10.0.0.1']);
  expect(last.received()).toBe(15);
});

test('large pieces do not count', () => {
  const { seen, receive } = start(20);
  receive('10.0.0.1').send(1000, 512);
  expect(seen.exceeded).toEqual([]);
});

test('ten seconds later as many may come again', () => {
  const { seen, receive } = start(20);
  receive('10.0.0.1').send(30, 1);
  seen.time = 10_000;
  receive('10.0.0.1').send(30, 1);
  expect(seen.exceeded).toEqual([]);
  receive('10.0.0.1').send(11, 1);
  expect(seen.exceeded).toEqual(['10.0.0.1']);
});
