import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { IncomingBodies } from '../http/incoming-bodies.ts';

function start(limits: { maxBytes: number }) {
  const seen = { cuts: 0 };
  const bodies = new IncomingBodies({ ...limits, onCut: () => (seen.cuts += 1) });
  const receive = (address: string) => {
    const body = new PassThrough();
    bodies.receive(body as unknown as IncomingMessage, address);
    return body;
  };
  return { seen, receive };
}

const piece = (bytes: number) => Buffer.alloc(bytes);

test('of the address that sends most, the oldest body is cut off; who sends little goes on', () => {
  const { seen, receive } = start({ maxBytes: 10_000 });
  const visitor = receive('10.0.0.2');
  visitor.emit('data', piece(1000));
  const [first, second, third] = [receive('10.0.0.1'), receive('10.0.0.1'), receive('10.0.0.1')];
  for (const body of [first, second, third]) body.emit('data', piece(4000));

  expect([visitor, first, second, third].map(({ destroyed }) => destroyed)).toEqual([false, true, false, false]);
  expect(seen.cuts).toBe(1);
});

test('what has ended, or was left by its client, does not count', () => {
  const { seen, receive } = start({ maxBytes: 10_000 });
  for (const end of ['end', 'close']) {
    const body = receive('10.0.0.1');
    body.emit('data', piece(9000));
    body.emit(end);
  }

  receive('10.0.0.1').emit('data', piece(9000));

  expect(seen.cuts).toBe(0);
});
