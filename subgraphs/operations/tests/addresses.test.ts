import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '#platform/config.ts';
import { operationsConfig } from '../app.ts';

const read = (components: string) =>
  loadConfig(operationsConfig, { INTERNAL_TOKEN_SECRET: 'x'.repeat(32), COMPONENTS: components }).COMPONENTS;

describe('COMPONENTS', () => {
  test('names components and where they are', () => {
    expect(read('gateway=http://127.0.0.1:4000, gift-card=https://gift-card.internal/')).toEqual([
      { name: 'gateway', url: 'http://127.0.0.1:4000' },
      { name: 'gift-card', url: 'https://gift-card.internal' },
    ]);
  });

  test.each([
    'gateway',
    'gateway=',
    'gateway=127.0.0.1:4000',
    'Gate Way=http://a',
    'gateway=http://a,',
    'gateway=http://a/readyz',
    'a=http://a,a=http://b',
    'a=ftp://a',
  ])('is rejected as %j', (components) => {
    expect(() => read(components)).toThrow('COMPONENTS');
  });
});
