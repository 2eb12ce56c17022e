import { describe, expect, test } from '@jest/globals';
import { toEventBatches } from '../consumer-batch.ts';
import type { DomainEvent } from '../contracts.ts';

const event = (text: string) => {
  const [key = '', type = ''] = text.split(':');
  return { key, type, id: text } as unknown as DomainEvent;
};
const batches = (...texts: string[]) => toEventBatches(texts.map(event)).map(({ events }) => events.map(({ id }) => id));

describe('the batches in which events are handled', () => {
  test('hold together the events of one type', () => {
    expect(batches('a:paid', 'b:paid', 'c:created')).toEqual([['a:paid', 'b:paid'], ['c:created']]);
  });

  test('keep the events of one key in order, one in each', () => {
    expect(batches('a:created', 'b:created', 'a:paid', 'a:shipped', 'b:paid')).toEqual([
      ['a:created', 'b:created'],
      ['a:paid', 'b:paid'],
      ['a:shipped'],
    ]);
  });

  test('never hold a key twice, even with the same type', () => {
    expect(batches('a:paid', 'a:paid')).toEqual([['a:paid'], ['a:paid']]);
  });

  test('are none when there are no events', () => {
    expect(batches()).toEqual([]);
  });
});
