import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { contractFiles, contractSchema, incompatibilities, type JsonSchema } from '../contract-schemas.ts';
import { factTypes } from '../contracts.ts';

const schema = (shape: z.ZodRawShape): JsonSchema => z.toJSONSchema(z.object(shape), { io: 'input' });
const before = schema({ orderId: z.uuid(), total: z.object({ amount: z.int() }), lines: z.array(z.object({ quantity: z.int().min(1) })) });
const with_ = (shape: z.ZodRawShape) =>
  schema({ orderId: z.uuid(), total: z.object({ amount: z.int() }), lines: z.array(z.object({ quantity: z.int().min(1) })), ...shape });

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

describe('a change of a contract', () => {
  test('may add an optional field, at any depth', () => {
    const after = with_({ note: z.string().optional(), total: z.object({ amount: z.int(), currency: z.string().optional() }) });

    expect(incompatibilities(before, after)).toEqual([]);
  });

  test.each([
    ['add a required field', with_({ note: z.string() })],
    ['make a field optional', with_({ orderId: z.uuid().optional() })],
    ['change a type', with_({ orderId: z.int() })],
    ['take a field away', schema({ orderId: z.uuid(), lines: z.array(z.object({ quantity: z.int().min(1) })) })],
    ['narrow what a list holds', with_({ lines: z.array(z.object({ quantity: z.int().min(2) })) })],
    ['rename a field of an object within', with_({ total: z.object({ sum: z.int() }) })],
  ])('may not %s', (_what, after) => {
    expect(incompatibilities(before, after)).not.toEqual([]);
  });
});
