import { describe, expect, test } from '@jest/globals';
import { introspection, longAnswer, manyOperations, widePlan } from '../bench/abuse/documents.ts';
import { describeResult, fulfils, type Result } from '../bench/abuse/report.ts';
import { assertLoopback } from '../bench/abuse/target.ts';

describe('the address that is attacked', () => {
  test.each(['http://127.0.0.1:4000/graphql', 'http://127.8.9.10/graphql', 'http://[::1]:4000/graphql'])('%s is taken', (url) => {
    expect(assertLoopback(url)).toBe(url);
  });

  test('is not looked up again when it is a name', () => {
    expect(assertLoopback('http://localhost:4000/graphql')).toBe('http://127.0.0.1:4000/graphql');
  });

  test.each([
    'http://example.com/graphql',
    'http://10.0.0.1/graphql',
    'http://127.0.0.1.example.com/graphql',
    'http://127.0.0.1@example.com/graphql',
    'http://localhost.example.com/graphql',
    'http://[::ffff:10.0.0.1]/graphql',
    'http://0.0.0.0/graphql',
  ])('%s is rejected', (url) => {
    expect(() => assertLoopback(url)).toThrow('is not a loopback address');
  });

  test.each(['ftp://127.0.0.1/', 'not an address', '127.0.0.1:4000'])('%s is no address', (url) => {
    expect(() => assertLoopback(url)).toThrow('is no http address');
  });
});

describe('texts for attacks', () => {
  test('are new each time, so that no cache knows them', () => {
    expect(widePlan(2)).not.toBe(widePlan(2));
    expect(introspection(1)).not.toBe(introspection(1));
    expect(longAnswer(1)).not.toBe(longAnswer(1));
    expect(manyOperations(2)).not.toEqual(manyOperations(2));
  });
});

describe('a result', () => {
  const calm = { latencies: Array.from({ length: 100 }, (_, index) => index / 10), failures: [] };
  const result: Result = {
    name: 'plans',
    outcomes: { 200: 3, 429: 97 },
    visitor: { before: calm, during: calm, after: calm },
    memory: { before: 200, highest: 250, after: 210 },
  };

  test('is as it must be when others were served, in time, and memory stays', () => {
    expect(fulfils(result)).toBe(true);
    expect(describeResult(result)).toMatch(/✓.*plans.*5 \/ 10 ms.*200 → 250 → 210.*3 × 200, 97 × 429/);
  });

  test.each<[string, Partial<Result>]>([
    ['a request of a visitor failed', { visitor: { before: calm, during: { ...calm, failures: ['status 503'] }, after: calm } }],
    ['one in a hundred waited', { visitor: { before: calm, during: { latencies: [1, 2, 250], failures: [] }, after: calm } }],
    ['it went on afterwards', { visitor: { before: calm, during: calm, after: { latencies: [400], failures: [] } } }],
    ['the gateway grew', { memory: { before: 200, highest: 300, after: 200 } }],
  ])('is not when %s', (_, changed) => {
    expect(fulfils({ ...result, ...changed })).toBe(false);
    expect(describeResult({ ...result, ...changed })).toContain('✗');
  });
});
