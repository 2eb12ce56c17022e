import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { noteMissing, whyMissing } from '../missing.ts';
import { needs } from '../needs.ts';

const { CI, PATH, TEST_MISSING } = process.env;
const setTo = (values: Readonly<Record<string, string | undefined>>) => {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
};
beforeEach(() => setTo({ CI: undefined, TEST_MISSING: undefined }));
afterEach(() => setTo({ CI, PATH, TEST_MISSING }));

describe('what a machine lacks', () => {
  test('is looked for on its PATH', () => {
    setTo({ PATH: '' });

    expect(whyMissing('git')).toBe('git is not on the PATH');
    expect(whyMissing('redis')).toBe('redis-server is not on the PATH');
    expect(whyMissing('older-node')).toBe('there is no older Node on the PATH');
  });

  test('is what the start of the run has noted, one component beside the other', () => {
    noteMissing('kafka', 'java was not found');
    noteMissing('browser', 'it does not start');

    expect([whyMissing('kafka'), whyMissing('browser')]).toEqual(['java was not found', 'it does not start']);
  });

  test('is not tested, and what is there is', () => {
    noteMissing('kafka', 'java was not found');

    expect(needs('kafka').test).not.toBe(test);
    expect(needs('kafka').describe).not.toBe(describe);
    expect(needs('browser')).toEqual({ describe, test });
  });
});

describe('in CI', () => {
  const sentence = 'In CI nothing is skipped, and Kafka is missing (java was not found): install Java 17 and Maven.';

  test('it ends the run', () => {
    setTo({ CI: 'true' });

    expect(() => noteMissing('kafka', 'java was not found')).toThrow(sentence);
  });

  test('it fails the file that needs it', () => {
    noteMissing('kafka', 'java was not found');
    setTo({ CI: 'true' });

    expect(() => needs('kafka')).toThrow(sentence);
  });
});
