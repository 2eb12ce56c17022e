import { describe, expect, test } from '@jest/globals';
import { guest, type Identity } from '#platform/auth.ts';
import { createContext } from '../pipeline/context.ts';

const user = (userId: string, role: 'CUSTOMER' | 'ADMIN' = 'CUSTOMER'): Identity => ({ kind: 'user', userId, role });

describe('work that is done once for several callers', () => {
  const sharing = (identity: Identity) => createContext(identity, '1.2.3.4').dedupKey;

  test('is shared by guests, who are all answered alike', () => {
    expect(sharing(guest)).toBe(createContext(guest, '5.6.7.8').dedupKey);
  });

  test('is never shared by two users, a user and a guest, or two roles', () => {
    const keys = [guest, user('a'), user('b'), user('a', 'ADMIN')].map(sharing);

    expect(new Set(keys).size).toBe(4);
  });
});

describe('the budget of requests', () => {
  const rate = (address: string, identity: Identity = guest) => createContext(identity, address).rateKey;

  test('is one for a user, wherever they are', () => {
    expect(rate('1.2.3.4', user('a'))).toBe(rate('5.6.7.8', user('a')));
  });

  test('is one for the guests of an address', () => {
    expect(rate('1.2.3.4')).toBe(rate('::ffff:1.2.3.4'));
    expect(rate('1.2.3.4')).not.toBe(rate('1.2.3.5'));
  });

  test('is one for all addresses of a household in IPv6', () => {
    expect(rate('2001:db8:1:2:a:b:c:d')).toBe(rate('2001:db8:1:2:f:f:f:f'));
    expect(rate('2001:db8:1:2:a:b:c:d')).not.toBe(rate('2001:db8:1:3:a:b:c:d'));
    // zeros are left out
    expect(rate('2001:db8::a:b:c:d')).toBe(rate('2001:db8::f:f:f:f'));
    expect(rate('2001:db8:1::c:d')).toBe(rate('2001:db8:1:0:a:b:c:d'));
    expect(rate('2001:db8::1:0:0:0:1')).not.toBe(rate('2001:db8::1'));
  });
});
