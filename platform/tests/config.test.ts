import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig, variable } from '../config.ts';

const shape = {
  PORT: variable.port(4000),
  DATABASE_URL: variable.postgresUrl(),
  SECRET: variable.secret(),
  BROKERS: variable.brokers().optional(),
};

describe('the configuration', () => {
  test('is typed and has its defaults', () => {
    const config = loadConfig(shape, { DATABASE_URL: 'postgres://a/b', SECRET: 'x'.repeat(32), BROKERS: 'one:9092, two:9093' });

    expect(config).toEqual({ PORT: 4000, DATABASE_URL: 'postgres://a/b', SECRET: 'x'.repeat(32), BROKERS: ['one:9092', 'two:9093'] });
  });

  test('names every problem at once', () => {
    const load = () => loadConfig(shape, { PORT: 'eighty', DATABASE_URL: 'mysql://a', SECRET: '', BROKERS: 'nowhere' });

    expect(load).toThrow(ConfigError);
    try {
      load();
    } catch (error) {
      const problems = (error as ConfigError).problems.join('\n');
      expect(problems).toMatch(/PORT: /);
      expect(problems).toMatch(/DATABASE_URL: must begin with postgres/);
      expect(problems).toMatch(/SECRET is not set/);
      expect(problems).toMatch(/BROKERS.*host:port/);
    }
  });

  test('never repeats a value that may be a secret', () => {
    expect(() => loadConfig(shape, { SECRET: 'too-short-a-secret' })).not.toThrow(/too-short-a-secret/);
  });
});
