import { parseArgs } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { commandLine, readOptions } from '../options.ts';

const read = (...args: string[]) => readOptions(parseArgs({ args, options: commandLine }).values);

describe('npm run load', () => {
  test('takes 50 returning customers for a minute when nothing is said', () => {
    expect(read()).toEqual({
      arrivals: { kind: 'closed', users: 50 },
      flow: 'shop',
      seconds: 60,
      warmUpSeconds: 30,
      newCustomers: false,
      hot: null,
      replenish: false,
      json: false,
      profile: null,
      dataDir: '.data',
    });
  });

  test('takes arrivals instead of customers', () => {
    expect(read('--rate', '120', '--new', '--hot', '4').arrivals).toEqual({ kind: 'open', perSecond: 120 });
  });

  test.each([
    [['--users', '0'], "--users takes a whole number from 1 to 5000, not '0'."],
    [['--users', 'many'], "--users takes a whole number from 1 to 5000, not 'many'."],
    [['--users', '1.5'], "--users takes a whole number from 1 to 5000, not '1.5'."],
    [['--users', ''], "--users takes a whole number from 1 to 5000, not ''."],
    [['--rate', '1e9'], "--rate takes a whole number from 1 to 5000, not '1e9'."],
    [['--duration=-1'], "--duration takes a whole number from 1 to 3600, not '-1'."],
    [['--users', '1', '--rate', '1'], '--users and --rate exclude each other.'],
    [['--flow', 'x'], "--flow takes shop or checkout, not 'x'."],
  ])('%p is an error', (args, sentence) => {
    expect(() => read(...args)).toThrow(sentence);
  });

  test('tells all that is wrong at once', () => {
    expect(() => read('--users', '0', '--hot', '0', '--flow', 'x')).toThrow(/--flow.*\n.*--users.*\n.*--hot/);
  });
});
