import type { MessageBytes } from '#kafka/event-log.ts';

/** Numbers from 0 to below 1 that follow from the seed (mulberry32, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The largest that a topic takes, with room for headers. */
const largest = 1024 * 1024 - 3000;

/** Random messages of one topic: bytes, texts, and events with something wrong in them. `types` are those with a consumer on the topic. */
export function createForeignMessages(random: () => number, topic: string, types: readonly string[]) {
  const upTo = (most: number) => Math.floor(random() * most);
  const pick = <T>(from: readonly T[]): T => from[upTo(from.length)] as T;
  const isOnceIn = (times: number) => upTo(times) === 0;
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => upTo(256)));

  /** The most are small; some are as large as may be. */
  function filler(): Buffer {
    if (isOnceIn(400)) return Buffer.alloc(largest - upTo(2000), upTo(256));
    return isOnceIn(20) ? Buffer.alloc(upTo(20_000), upTo(256)) : bytes(upTo(60));
  }

  const oddText = () =>
    pick([
      '',
      '\\u0000',
      '\\ud800',
      '__proto__',
      '’',
      '💮',
      'NaN',
      '-0',
      '1e400',
      '..',
      "'; DROP TABLE orders; --",
      'x'.repeat(upTo(5000)),
    ]);
  const oddValue = (): string =>
    pick(['null', 'true', '-1', '0', '1e308', '9007199254740993', '[]', '{}', '""', `"${oddText()}"`, '['.repeat(upTo(300)), '2147483648']);
  const fields = [
    'orderId',
    'userId',
    'productId',
    'version',
    'status',
    'total',
    'lines',
    'email',
    'price',
    'amount',
    'reason',
    '__proto__',
  ];

  function json(): Buffer {
    const body = Array.from({ length: upTo(8) }, () => `"${pick(fields)}":${oddValue()}`).join(',');
    return Buffer.from(pick([`{${body}}`, `{${body}`, oddValue(), `[${body}]`]));
  }

  const header = (name: string | Buffer, value: string | Buffer | null) => ({
    name: Buffer.from(name),
    value: value === null ? null : Buffer.from(value),
  });

  function oddHeader() {
    // an id that can be kept would make two messages the same event
    if (isOnceIn(8)) return header('ce_id', pick([null, '', '\0']));
    const name = pick<string | Buffer>([
      bytes(upTo(6)),
      'ce_type',
      'traceparent',
      '__proto__',
      'toString',
      'dead-letter-consumer',
      '7',
      'content-type',
    ]);
    return header(name, pick<string | Buffer | null>([null, '', bytes(upTo(20)), 'x'.repeat(upTo(3000))]));
  }

  /** With the topic `number` makes its id its own, where it has one that can be kept: the same id twice is the same event. */
  return function message(number: number): MessageBytes {
    const id = pick<string | Buffer | null>([
      `${topic}-${number}`,
      `${topic}-${number}`,
      bytes(4),
      '',
      'x'.repeat(5000),
      null,
      `\0${number}`,
    ]);
    const headers = [header('ce_type', pick([...types, ...types, 'order.exploded', bytes(5).toString('latin1')])), header('ce_id', id)];
    for (let odd = upTo(4); odd > 0; odd -= 1) headers.splice(upTo(headers.length + 1), 0, oddHeader());
    return {
      key: pick([bytes(8), Buffer.from(`key-${upTo(50)}`), Buffer.from('a\0b'), Buffer.alloc(0)]),
      headers: isOnceIn(30) ? [] : headers,
      value: pick([filler, json, json])(),
    };
  };
}
