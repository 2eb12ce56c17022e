import { describe, expect, test } from '@jest/globals';
import { ReceivedBody } from '../http/received-body.ts';

const limitBytes = 1_000_000;
/** Bytes that differ from each other, so that none can be in the place of another. */
const source = Buffer.from(Array.from({ length: limitBytes + 1 }, (_, index) => (index * 31 + (index >> 8)) % 256));

function receive(lengths: readonly number[]): { body: ReceivedBody; sent: Buffer } {
  const body = new ReceivedBody(limitBytes);
  let bytes = 0;
  for (const length of lengths) {
    // each in memory of its own, as the parser of Node hands them over
    body.append(Buffer.from(source.subarray(bytes, bytes + length)));
    bytes += length;
  }
  return { body, sent: source.subarray(0, bytes) };
}

describe.each([
  ['nothing', []],
  ['one byte', [1]],
  ['what a socket is read by, and a little', [65_536, 5000]],
  ['two of what a socket is read by, and a little', [65_536, 65_536, 100]],
  ['packets', Array(60).fill(1460)],
  ['single bytes', Array(3000).fill(1)],
  ['large and small pieces in turn', Array(10).fill([30_000, 1]).flat()],
  ['small and large pieces in turn', Array(10).fill([1, 40_000]).flat()],
])('a body that comes as %s', (_, lengths) => {
  test('is what was sent', () => {
    const { body, sent } = receive(lengths);
    expect(body.whole()?.equals(sent)).toBe(true);
    expect(body.bytes).toBe(sent.length);
  });

  test('takes little more memory than it has bytes', () => {
    const { body, sent } = receive(lengths);
    expect(body.heldBytes).toBeLessThanOrEqual(sent.length + Math.min(Math.max(sent.length, 1024), 16_384));
  });
});

test('a body over the limit takes nothing', () => {
  const { body } = receive([65_536, limitBytes - 65_535]);
  expect([body.whole(), body.heldBytes, body.bytes]).toEqual([null, 0, limitBytes + 1]);
});
