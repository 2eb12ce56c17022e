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

test('a consumer whose positions go to a broker that no longer coordinates its group has to begin anew', () => {
  const membership = new Membership();
  const rejected = Object.assign(new Error('not the coordinator'), { type: 'NOT_COORDINATOR_FOR_GROUP' });
  const commits = (count: number, error: unknown = rejected) => Array.from({ length: count }, () => membership.hasLostCoordinator(error));
  membership.confirmed();

  expect(commits(4)).toEqual([false, false, false, false]);
  membership.committed();
  expect(commits(4)).toEqual([false, false, false, false]);
  // a broker that is away says nothing about who coordinates
  expect(commits(1, new Error('connection closed'))).toEqual([false]);
  expect(commits(6)).toEqual([false, false, false, false, true, false]);
});
