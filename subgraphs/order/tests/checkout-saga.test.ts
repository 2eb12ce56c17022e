import { describe, expect, test } from '@jest/globals';
import { contracts, type OrderStatus, orderStatuses } from '#kafka/contracts.ts';
import { advance, checkout, type Moment, reasonOf, stepsOn, waitingStatuses } from '../checkout-saga.ts';
import { publishes } from '../events.ts';

const moments = [...new Set(checkout.map((step) => step.on))];
const final: OrderStatus[] = ['DELIVERED', 'CANCELLED', 'REFUNDED'];

describe('the checkout', () => {
  test('has no two rows for one moment', () => {
    const keys = checkout.map((step) => `${step.on} in ${step.from}`);

    expect(new Set(keys).size).toBe(checkout.length);
  });

  test('reaches every row and every status from PENDING', () => {
    const reached = new Set<OrderStatus>(['PENDING']);
    for (const _ of orderStatuses) for (const step of checkout) if (reached.has(step.from)) reached.add(step.to);

    expect([...reached].sort()).toEqual([...orderStatuses].sort());
    expect(checkout.filter((step) => !reached.has(step.from))).toEqual([]);
  });

  test('has a deadline for every status that waits for another service', () => {
    const heard = checkout.filter((step) => step.on in contracts).map((step) => step.from);

    expect([...new Set(heard)].sort()).toEqual([...waitingStatuses].sort());
    for (const status of waitingStatuses) expect(advance(status, 'deadline passed')?.to).toBe('CANCELLED');
    expect(stepsOn('deadline passed')).toHaveLength(waitingStatuses.length);
  });

  test('ends: nothing leaves a final status, and every other one has a way on', () => {
    const left = new Set(checkout.map((step) => step.from));

    expect(orderStatuses.filter((status) => !left.has(status)).sort()).toEqual([...final].sort());
  });

  test('never comes back to where it was', () => {
    const later = (from: OrderStatus): OrderStatus[] =>
      checkout.filter((step) => step.from === from).flatMap((step) => [step.to, ...later(step.to)]);

    for (const status of orderStatuses) expect(later(status)).not.toContain(status);
  });

  test('says of every status the fact that carries it', () => {
    for (const step of checkout) {
      expect(publishes).toContain(step.says);
      expect(contracts[step.says].data.shape.status.value).toBe(step.to);
      expect(contracts[step.says].publisher).toBe('order');
    }
    expect(new Set(['order.created', ...checkout.map((step) => step.says)])).toEqual(new Set(publishes));
  });

  test('gives every cancellation a reason, and nothing else one', () => {
    for (const step of checkout) {
      const because = step.to === 'CANCELLED' ? step.because : null;
      expect(reasonOf(step)).toBe(because === 'as the fact says' ? null : because);
    }
    const toldByFact = checkout.filter((step) => step.to === 'CANCELLED' && step.because === 'as the fact says');
    expect(toldByFact.map((step) => step.on)).toEqual(['inventory.reservation-failed']);
  });

  test('lets a customer cancel until the order is shipped, and an admin likewise', () => {
    const cancellable = (on: Moment) => stepsOn(on).map((step) => step.from);

    expect(cancellable('cancelled by customer')).toEqual(['PENDING', 'AWAITING_PAYMENT', 'PAID']);
    expect(cancellable('cancelled by admin')).toEqual(['PENDING', 'AWAITING_PAYMENT', 'PAID']);
  });
});

describe('advance', () => {
  test('finds the row of a moment', () => {
    expect(advance('PENDING', 'inventory.reserved')).toMatchObject({ to: 'AWAITING_PAYMENT', says: 'order.awaiting-payment' });
    expect(advance('AWAITING_PAYMENT', 'payment.succeeded')).toMatchObject({ to: 'PAID', says: 'order.paid' });
  });

  test('takes a charge as the proof of a reservation that is not heard of yet', () => {
    expect(advance('PENDING', 'payment.succeeded')).toMatchObject({ to: 'PAID' });
  });

  test('answers null to what is repeated, late or impossible', () => {
    expect(advance('AWAITING_PAYMENT', 'inventory.reserved')).toBeNull();
    expect(advance('PAID', 'deadline passed')).toBeNull();
    for (const on of moments) for (const status of final) expect(advance(status, on)).toBeNull();
  });

  test('has no row for the later fact once the order is cancelled, so nothing is un-cancelled', () => {
    expect(advance('CANCELLED', 'payment.succeeded')).toBeNull();
  });
});
