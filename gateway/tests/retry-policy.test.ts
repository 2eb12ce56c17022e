import { describe, expect, test } from '@jest/globals';
import { isTrouble, kindOf, mayRetry } from '../execution/subgraph-client.ts';

describe('a second attempt', () => {
  test('is made for a query whose connection broke, or that was answered with 502 or 503', () => {
    expect(mayRetry('query', 1, { failure: 'connection' })).toBe(true);
    expect(mayRetry('query', 1, { status: 503 })).toBe(true);
    expect(mayRetry('query', 1, { status: 502 })).toBe(true);
  });

  test('is the last one', () => {
    expect(mayRetry('query', 2, { failure: 'connection' })).toBe(false);
  });

  test('is not made for a mutation that the subgraph may have read', () => {
    expect(mayRetry('mutation', 1, { failure: 'connection' })).toBe(false);
    expect(mayRetry('mutation', 1, { status: 503 })).toBe(false);
  });

  test.each(['query', 'mutation'] as const)('is made for a %s that never left, because no connection came about', (kind) => {
    expect(mayRetry(kind, 1, { failure: 'refused' })).toBe(true);
    expect(mayRetry(kind, 2, { failure: 'refused' })).toBe(false);
  });

  test.each(['query', 'mutation'] as const)('is made for a %s that the subgraph says it has not read, over several connections', (kind) => {
    expect(mayRetry(kind, 1, { status: 408 })).toBe(true);
    expect(mayRetry(kind, 3, { status: 408 })).toBe(true);
    expect(mayRetry(kind, 4, { status: 408 })).toBe(false);
  });

  test('is not made after a timeout, nor for an answer', () => {
    expect(mayRetry('query', 1, { failure: 'timeout' })).toBe(false);
    expect(mayRetry('query', 1, { status: 200 })).toBe(false);
    expect(mayRetry('query', 1, { status: 500 })).toBe(false);
  });
});

describe('the kind of an operation', () => {
  test('is read from its keyword', () => {
    expect(kindOf('mutation Buy__order__0($input: In!){placeOrder(input:$input){id}}')).toBe('mutation');
    expect(kindOf('  mutation{a}')).toBe('mutation');
    expect(kindOf('query mutation{a}')).toBe('query');
    expect(kindOf('{mutation}')).toBe('query');
    expect(kindOf('mutations{a}')).toBe('query');
  });
});

describe('trouble', () => {
  test('is a subgraph that does not answer or breaks, not one that rejects', () => {
    expect(isTrouble({ failure: 'timeout' })).toBe(true);
    expect(isTrouble({ status: 500 })).toBe(true);
    expect(isTrouble({ status: 400 })).toBe(false);
    expect(isTrouble({ status: 200 })).toBe(false);
  });

  test('is not that callers ask more than there are connections for', () => {
    expect(isTrouble({ failure: 'unsent' })).toBe(false);
  });
});
