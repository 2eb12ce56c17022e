import { describe, expect, test } from '@jest/globals';
import type { Followed } from '../ledger.ts';
import { restartOrder } from '../rolling-restart.ts';
import { guestBudget, limitProblems } from '../shared-limit.ts';
import { orderProblems, receiptProblems, requestProblems, socketProblems, stepProblems } from '../verdict.ts';

const delivered = { id: 'o1', status: 'DELIVERED', version: 3 };
const acknowledged = [{ id: 'o1', number: 'M-1', entrances: [0] }];
const steps = [
  { version: 1, status: 'PENDING' },
  { version: 2, status: 'PAID' },
  { version: 3, status: 'DELIVERED' },
];
const seen = (entrance: number, changes: Partial<Followed> = {}): Followed => ({
  orderId: 'o1',
  entrance,
  steps,
  failure: null,
  ...changes,
});

describe('what subscribers saw', () => {
  test('is right when each version was seen once, in order, at every entrance', () => {
    expect(stepProblems({ followed: [seen(0), seen(1)] }, [delivered])).toEqual([]);
  });

  test.each([
    ['a step is missing', [steps[0], steps[2]], 'saw the versions 1, 3 of 3'],
    ['a step was repeated', [steps[0], steps[1], steps[1], steps[2]], 'saw the versions 1, 2, 2, 3 of 3'],
    ['steps came out of order', [steps[1], steps[0], steps[2]], 'saw the versions 2, 1, 3 of 3'],
    ['the last step is missing', steps.slice(0, 2), 'saw PAID last, and it is DELIVERED'],
    ['nothing was seen', [], 'saw the versions none of 3'],
  ])('is wrong when %s', (_, found, sentence) => {
    const followed = [seen(0), seen(1, { steps: found.flatMap((step) => step ?? []) })];

    expect(stepProblems({ followed }, [delivered]).join('\n')).toContain(`order o1 at entrance 2: ${sentence}`);
    expect(stepProblems({ followed }, [delivered])).toContain('order o1 was seen differently at its entrances');
  });

  test('is wrong when a subscription ended with an error', () => {
    expect(stepProblems({ followed: [seen(0, { failure: 'Something went wrong' })] }, [delivered])).toEqual([
      'order o1 at entrance 1: Something went wrong',
    ]);
  });
});

describe('orders', () => {
  test('are right when those that were acknowledged are delivered, and no others are there', () => {
    expect(orderProblems({ acknowledged }, [delivered])).toEqual([]);
  });

  test('are wrong when one is lost, not delivered, or there twice', () => {
    expect(orderProblems({ acknowledged }, [])).toEqual(['order M-1 (o1) was acknowledged and is not there']);
    expect(orderProblems({ acknowledged }, [{ ...delivered, status: 'CANCELLED' }])).toEqual([
      'order M-1 (o1) was acknowledged and is CANCELLED',
    ]);
    expect(orderProblems({ acknowledged }, [delivered, { ...delivered, id: 'o2' }])).toEqual([
      'order o2 is DELIVERED, and nobody was told of it',
    ]);
  });

  test('have one receipt each, which was sent once', () => {
    const receipts = [{ orderId: 'o1', messageId: 'm1' }];

    expect(receiptProblems([delivered], receipts, ['m1', 'another mail'])).toEqual([]);
    expect(receiptProblems([delivered], [], [])).toEqual(['order o1 has 0 receipts']);
    expect(receiptProblems([delivered], receipts, ['m1', 'm1'])).toEqual(['the receipt of order o1 was sent 2 times']);
  });
});

test('requests that failed, and those that were rejected, are named', () => {
  const failed = [{ at: 0, entrance: 1, operation: 'PlaceOrder', reason: 'other side closed' }];

  expect(requestProblems({ failed, rejected: ['CART_CHANGED'] })).toEqual([
    '00:00:00.000 PlaceOrder failed at entrance 2: other side closed',
    'a request was rejected: CART_CHANGED',
  ]);
});

test('a socket must have been closed because its gateway went away', () => {
  expect(socketProblems({ closes: new Map([[1001, 4]]) })).toEqual([]);
  expect(socketProblems({ closes: new Map([[1006, 2]]) })).toEqual(['2 subscriptions lost their socket with 1006, not 1001']);
});

test('two gateways let through one budget together, and not one each', () => {
  const { burst } = guestBudget;
  const sent = 3 * burst;

  expect(limitProblems({ sent, answered: burst + 2, rejected: sent - burst - 2, seconds: 2 })).toEqual([]);
  expect(limitProblems({ sent, answered: 2 * burst, rejected: burst, seconds: 2 })).toHaveLength(1);
  expect(limitProblems({ sent, answered: sent, rejected: 0, seconds: 2 })).toHaveLength(2);
});

test('subgraphs are restarted first, then gateways, then brokers, and nothing of which there is one', () => {
  const names = ['kafka-1', 'kafka-2', 'postgres', 'redis', 'mail', 'gateway-1', 'order-2', 'order-1', 'gateway-2'];

  expect(restartOrder(names.map((name) => ({ name }))).map(({ name }) => name)).toEqual([
    ...['order-1', 'order-2', 'gateway-1', 'gateway-2', 'kafka-1', 'kafka-2'],
  ]);
  expect(restartOrder([{ name: 'kafka' }])).toEqual([]);
});
