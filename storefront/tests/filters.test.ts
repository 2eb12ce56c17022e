import { describe, expect, test } from '@jest/globals';
import { correctedAddress } from '../pages/catalogue/filters.ts';

const corrected = (query: string) => correctedAddress(new URLSearchParams(query));

describe('the address of the catalogue', () => {
  test.each([
    ['from=abc', ''],
    ['from=1e2&to=20', 'to=20'],
    ['from=-1&to=a&sort=upwards&stock=maybe', ''],
    ['q=tea&from=٣&sort=name', 'q=tea&sort=name'],
    ['category=teas&to=10001', 'category=teas'],
    ['sort=__proto__&stock=in', 'stock=in'],
    ['sort=NAME', ''],
  ])('%s is corrected to what is shown', (query, expected) => {
    expect(corrected(query)).toBe(expected);
    expect(corrected(expected)).toBeNull();
  });

  test.each(['', 'from=5&to=10', 'from=%205&sort=newest', 'from=&to=', 'q=&category=x&stock=in&sort=price_asc', 'utm_source=letter'])(
    '%s stays as it is',
    (query) => {
      expect(corrected(query)).toBeNull();
    },
  );
});
