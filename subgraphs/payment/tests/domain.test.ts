import { describe, expect, test } from '@jest/globals';
import { decide, paymentStatuses, retryDelayMs, type Situation } from '../domain.ts';

const charging: Situation = { status: 'CHARGING', isEnded: false, wasAsked: false, isPayable: true };

function everySituation(): Situation[] {
  const flags = [false, true];
  return paymentStatuses.flatMap((status) =>
    flags.flatMap((isEnded) =>
      flags.flatMap((wasAsked) => flags.map((isPayable): Situation => ({ status, isEnded, wasAsked, isPayable }))),
    ),
  );
}

describe('the next task of a payment', () => {
  test('charges when the stock is held and the provider was not called yet', () => {
    expect(decide(charging)).toBe('charge');
  });

  test('asks the provider before it charges again', () => {
    expect(decide({ ...charging, wasAsked: true })).toBe('find');
  });

  test('declines a way to pay that does not exist', () => {
    expect(decide({ ...charging, isPayable: false })).toBe('decline');
  });

  test('asks about a charge even when the way to pay exists no longer', () => {
    expect(decide({ ...charging, isPayable: false, wasAsked: true })).toBe('find');
  });

  test('voids an ended order that the provider knows nothing of', () => {
    expect(decide({ ...charging, isEnded: true })).toBe('void');
  });

  test('stops the charge of an ended order at the provider', () => {
    expect(decide({ ...charging, isEnded: true, wasAsked: true })).toBe('cancel');
  });

  test('refunds a charge of an ended order', () => {
    expect(decide({ ...charging, status: 'CAPTURED', isEnded: true })).toBe('refund');
  });

  test('never charges an order that has ended, and never one that may have been charged', () => {
    const chargeable = everySituation().filter((situation) => decide(situation) === 'charge');

    expect(chargeable).toEqual([charging]);
  });

  test('has something to do for CHARGING always, for CAPTURED when the order has ended, and otherwise never', () => {
    for (const situation of everySituation()) {
      const isBusy = situation.status === 'CHARGING' || (situation.status === 'CAPTURED' && situation.isEnded);

      expect({ situation, isBusy: decide(situation) !== 'nothing' }).toEqual({ situation, isBusy });
    }
  });
});

describe('the delay of a retry', () => {
  test('is none after the first failure, then doubles, and stays under what a person waits for', () => {
    expect([1, 2, 3, 4, 5, 6, 60].map(retryDelayMs)).toEqual([0, 500, 1000, 2000, 4000, 5000, 5000]);
  });
});
