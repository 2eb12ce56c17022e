import { describe, expect, test } from '@jest/globals';
import { contractFiles, contractSchema } from '../contract-schemas.ts';
import { factTypes } from '../contracts.ts';

describe('the schemas of the facts', () => {
  test('there is one for each fact, with what it is about, who says it and where', () => {
    expect([...contractFiles().keys()]).toEqual(factTypes.map((type) => `${type}.json`));
    expect(contractSchema('order.paid')).toMatchObject({
      title: 'order.paid',
      'x-publisher': 'order',
      'x-topic': 'checkout',
      type: 'object',
    });
  });

  test('let a reader meet fields that it does not know', () => {
    expect(JSON.stringify(contractSchema('order.paid'))).not.toContain('additionalProperties');
  });
});
