import { describe, expect, test } from '@jest/globals';
import { safeNext, withNext } from '../pages/access/next.ts';

describe('where to go after logging in', () => {
  test.each(['/checkout', '/orders/0198?from=mail#top', '/products/1/tr%C3%A0', '/'])('a page of the shop stays: %s', (next) => {
    expect(safeNext(next)).toBe(next);
  });

  test.each([
    null,
    '',
    'checkout',
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/..//evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    ' //evil.example',
    '/.//evil.example',
  ])('what leads elsewhere becomes the front page: %j', (next) => {
    expect(safeNext(next)).toBe('/');
  });

  test.each(['/log-in', '/log-in?next=/log-in', '/register', '/reset-password?token=x'])(
    'one is not led around in a circle: %s',
    (next) => {
      expect(safeNext(next)).toBe('/');
    },
  );

  test('it is handed on from one page of access to the other', () => {
    expect(withNext('/register', '/orders?a=1&b=2')).toBe('/register?next=%2Forders%3Fa%3D1%26b%3D2');
    expect(withNext('/register', '/')).toBe('/register');
  });
});
