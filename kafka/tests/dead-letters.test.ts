import { describe, expect, test } from '@jest/globals';
import { isForAnother, replayOf, toDeadLetter, toReplay } from '../dead-letter-message.ts';
import { readDeadLetters, toTombstone } from '../dead-letters.ts';
import type { Delivery, Message } from '../event-log.ts';
import { bytesOf, textOf } from '../message-bytes.ts';
import { foreignMessages, printed, withoutMarks } from './foreign-messages.ts';

const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  topic: 'checkout',
  key: 'order-1',
  headers: { ce_id: 'event-1', ce_type: 'order.paid', traceparent: '00-trace' },
  value: '{"a":1}',
  partition: 3,
  offset: '42',
  ...more,
});
const onTopic = (message: Message, offset = '0'): Delivery => ({ ...message, partition: 0, offset });
const letterOf = (read: Delivery, error = new Error('no')) => onTopic(toDeadLetter(read, 'payment', error, 3));

describe('a dead letter', () => {
  test('goes to the dead-letter topic, under an id of its own, with its place and the reason, and its own headers as they were', () => {
    const letter = toDeadLetter(delivery(), 'payment', new Error('no'), 3);

    expect(letter).toMatchObject({ topic: 'checkout.dead', value: '{"a":1}', headers: delivery().headers });
    expect(letter.key).not.toBe('order-1');
    expect(readDeadLetters([onTopic(letter)])).toEqual([
      {
        id: letter.key,
        consumer: 'payment',
        error: 'no',
        attempts: 3,
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        partition: 3,
        offset: '42',
        message: { topic: 'checkout', key: 'order-1', headers: delivery().headers, value: '{"a":1}' },
      },
    ]);
  });

  test('shortens the reason', () => {
    const [letter] = readDeadLetters([letterOf(delivery(), new Error('x'.repeat(5000)))]);

    expect(letter?.error).toHaveLength(500);
  });

  test('of a message without a value is no tombstone', () => {
    const letter = letterOf(delivery({ value: null }));

    expect(letter.value).not.toBeNull();
    expect(readDeadLetters([letter])[0]?.message.value).toBeNull();
  });

  test.each(Object.entries(foreignMessages))('gives back byte for byte: %s', (_what, bytes) => {
    const letter = letterOf({ ...delivery(), ...textOf(bytes) });
    const texts = [letter.value ?? '', ...Object.entries(letter.headers).flat()];

    expect(letter.bytes).toBeUndefined();
    expect(texts.filter((text) => text.includes('\0') || !text.isWellFormed())).toEqual([]);
    const [read] = readDeadLetters([letter]);
    expect(read && printed(bytesOf(read.message))).toBe(printed(withoutMarks(bytes)));
    expect(read && printed(withoutMarks(bytesOf(toReplay(read))))).toBe(printed(withoutMarks(bytes)));
  });

  test('has a reason that can be kept as text, wherever it is cut', () => {
    const [letter] = readDeadLetters([letterOf(delivery(), new Error(`a\0b${'😀'.repeat(300)}`))]);

    expect(letter?.error).toMatch(/^a\uFFFDb/);
    expect(letter?.error.isWellFormed()).toBe(true);
  });

  test('is not a message of another program on its topic', () => {
    expect(readDeadLetters([delivery({ topic: 'checkout.dead' }), { ...letterOf(delivery()), key: 'no id' }])).toEqual([]);
  });

  test('is gone after its tombstone', () => {
    const letter = letterOf(delivery());
    const [read] = readDeadLetters([letter]);

    expect(readDeadLetters(read ? [letter, onTopic(toTombstone(read), '1')] : [])).toEqual([]);
  });

  test('is listed once, the oldest first, though its topic is not compacted yet', () => {
    const [one, other] = [letterOf(delivery({ key: 'one' })), letterOf(delivery({ key: 'other' }))];
    const later = { ...other, headers: { ...other.headers, 'dead-letter-time': '9999-01-01T00:00:00.000Z' } };

    expect(readDeadLetters([later, one, one]).map(({ message }) => message.key)).toEqual(['one', 'other']);
  });
});

describe('the replay of a dead letter', () => {
  const [letter] = readDeadLetters([letterOf(delivery())]);
  if (letter === undefined) throw new Error('no letter');
  const replay = toReplay(letter);

  test('is the message itself on its own topic, marked with the dead letter and its consumer', () => {
    expect(replay).toMatchObject({ topic: 'checkout', key: 'order-1', value: '{"a":1}', headers: delivery().headers });
    expect(replayOf(replay.headers)).toBe(letter.id);
  });

  test('is for the consumer that gave up on it, and for no other', () => {
    expect(isForAnother(replay.headers, 'payment')).toBe(false);
    expect(isForAnother(replay.headers, 'order')).toBe(true);
    expect(isForAnother(delivery().headers, 'order')).toBe(false);
  });

  test('carries no mark of a former replay when it becomes a dead letter again', () => {
    const again = toDeadLetter(onTopic(replay), 'payment', new Error('still'), 3);

    expect(replayOf(again.headers)).toBeUndefined();
  });
});
