import { describe, expect, test } from '@jest/globals';
import { contractFiles, contractSchema } from '../contract-schemas.ts';
import { eventTypes } from '../contracts.ts';

describe('the schemas of the events', () => {
  test('there is one for each event, with its description, publisher and topic', () => {
    expect([...contractFiles().keys()]).toEqual(eventTypes.map((type) => `${type}.json`));
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
