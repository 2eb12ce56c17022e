import { expect, test } from '@jest/globals';
import { Membership } from '../kafka/membership.ts';

test('a consumer that has not joined is no member', () => {
  const membership = new Membership();

  expect(membership.isMember).toBe(false);
  expect(membership.reason).toBe('it has not joined its group yet');
});

test('a consumer whose group begins to rebalance is no member until it has joined again', () => {
  const membership = new Membership();
  membership.confirmed();
  membership.rebalances();

  expect(membership.isMember).toBe(false);
  expect(membership.reason).toBe('its group has not come to rest');

  membership.confirmed();
  expect(membership.isMember).toBe(true);
});

test('a consumer that crashed says why', () => {
  const membership = new Membership();
  membership.confirmed();
  membership.lost('it lost Kafka');

  expect(membership.isMember).toBe(false);
  expect(membership.reason).toBe('it lost Kafka');
});
