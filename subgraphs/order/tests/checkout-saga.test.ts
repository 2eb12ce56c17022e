import { describe, expect, test } from '@jest/globals';
import { contracts, type OrderStatus, orderStatuses } from '#kafka/contracts.ts';
import { checkout, nextTransition, reasonOf, type Trigger, transitionsOn, waitingStatuses } from '../checkout-saga.ts';
import { publishes } from '../events.ts';

const moments = [...new Set(checkout.map((transition) => transition.on))];
const final: OrderStatus[] = ['DELIVERED', 'CANCELLED', 'REFUNDED'];

describe('the checkout', () => {
  test('has no two rows for one moment', () => {
    const keys = checkout.map((transition) => `${transition.on} in ${transition.from}`);

    expect(new Set(keys).size).toBe(checkout.length);
  });

  test('reaches every row and every status from PENDING', () => {
    const reached = new Set<OrderStatus>(['PENDING']);
    for (const _ of orderStatuses) for (const transition of checkout) if (reached.has(transition.from)) reached.add(transition.to);

    expect([...reached].sort()).toEqual([...orderStatuses].sort());
    expect(checkout.filter((transition) => !reached.has(transition.from))).toEqual([]);
  });

  test('has a deadline for every status that waits for another service', () => {
    const heard = checkout.filter((transition) => transition.on in contracts).map((transition) => transition.from);

    expect([...new Set(heard)].sort()).toEqual([...waitingStatuses].sort());
    for (const status of waitingStatuses) expect(nextTransition(status, 'deadline passed')?.to).toBe('CANCELLED');
    expect(transitionsOn('deadline passed')).toHaveLength(waitingStatuses.length);
  });

  test('ends: nothing leaves a final status, and every other one has a way on', () => {
    const left = new Set(checkout.map((transition) => transition.from));

    expect(orderStatuses.filter((status) => !left.has(status)).sort()).toEqual([...final].sort());
  });

  test('never comes back to where it was', () => {
    const later = (from: OrderStatus): OrderStatus[] =>
      checkout.filter((transition) => transition.from === from).flatMap((transition) => [transition.to, ...later(transition.to)]);

    for (const status of orderStatuses) expect(later(status)).not.toContain(status);
  });

  test('publishes for every status the event that carries it', () => {
    for (const transition of checkout) {
      expect(publishes).toContain(transition.publishes);
      expect(contracts[transition.publishes].data.shape.status.value).toBe(transition.to);
      expect(contracts[transition.publishes].publisher).toBe('order');
    }
    expect(new Set(['order.created', ...checkout.map((transition) => transition.publishes)])).toEqual(new Set(publishes));
  });

  test('gives every cancellation a reason, and nothing else one', () => {
    for (const transition of checkout) {
      const because = transition.to === 'CANCELLED' ? transition.because : null;
      expect(reasonOf(transition)).toBe(because === 'from the event' ? null : because);
    }
    const toldByEvent = checkout.filter((transition) => transition.to === 'CANCELLED' && transition.because === 'from the event');
    expect(toldByEvent.map((transition) => transition.on)).toEqual(['inventory.reservation-failed']);
  });

  test('lets a customer cancel until the order is shipped, and an admin likewise', () => {
    const cancellable = (on: Trigger) => transitionsOn(on).map((transition) => transition.from);

    expect(cancellable('cancelled by customer')).toEqual(['PENDING', 'AWAITING_PAYMENT', 'PAID']);
    expect(cancellable('cancelled by admin')).toEqual(['PENDING', 'AWAITING_PAYMENT', 'PAID']);
  });
});

describe('nextTransition', () => {
  test('finds the row of a moment', () => {
    expect(nextTransition('PENDING', 'inventory.reserved')).toMatchObject({ to: 'AWAITING_PAYMENT', publishes: 'order.awaiting-payment' });
    expect(nextTransition('AWAITING_PAYMENT', 'payment.succeeded')).toMatchObject({ to: 'PAID', publishes: 'order.paid' });
  });

  test('takes a charge as proof of a reservation whose event has not arrived yet', () => {
    expect(nextTransition('PENDING', 'payment.succeeded')).toMatchObject({ to: 'PAID' });
  });

  test('answers null to what is repeated, late or impossible', () => {
    expect(nextTransition('AWAITING_PAYMENT', 'inventory.reserved')).toBeNull();
    expect(nextTransition('PAID', 'deadline passed')).toBeNull();
    for (const on of moments) for (const status of final) expect(nextTransition(status, on)).toBeNull();
  });

  test('has no row for the later event once the order is cancelled, so nothing is un-cancelled', () => {
    expect(nextTransition('CANCELLED', 'payment.succeeded')).toBeNull();
  });
});
