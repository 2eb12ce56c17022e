import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
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

describe('a variable from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const secret = 'from-a-file-'.repeat(3);
  const url = 'postgres://a/b';
  const problemsOf = (env: Record<string, string>): readonly string[] => {
    try {
      loadConfig(shape, env);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  test.each([
    ['without a line break', secret],
    ['with one', `${secret}\n`],
    ['with that of Windows', `${secret}\r\n`],
  ])('%s', (_how, content) => {
    const config = loadConfig(shape, { DATABASE_URL: url, SECRET_FILE: file('secret', content), PORT_FILE: file('port', '4001\n') });

    expect(config).toMatchObject({ SECRET: secret, PORT: 4001 });
  });

  test('loses one line break at its end, and nothing else', () => {
    const { SECRET } = loadConfig(shape, { DATABASE_URL: url, SECRET_FILE: file('spaces', ` ${secret} \n\n`) });

    expect(SECRET).toBe(` ${secret} \n`);
  });

  test('is read when its own variable or the name of the file is empty', () => {
    expect(loadConfig(shape, { DATABASE_URL: url, SECRET: '', SECRET_FILE: file('secret', secret) }).SECRET).toBe(secret);
    expect(loadConfig(shape, { DATABASE_URL: url, SECRET: secret, SECRET_FILE: '' }).SECRET).toBe(secret);
  });

  test('names every problem at once, with its variable and path, and never the content', () => {
    const short = file('short', 'too-short\n');
    const missing = join(folder, 'missing');
    const problems = problemsOf({ PORT: '4001', PORT_FILE: short, DATABASE_URL_FILE: missing, SECRET_FILE: short, BROKERS_FILE: folder });

    expect(problems).toEqual([
      'PORT and PORT_FILE are both set: one of them is enough',
      `DATABASE_URL_FILE: ${missing} cannot be read (ENOENT)`,
      `BROKERS_FILE: ${folder} cannot be read (EISDIR)`,
      `SECRET (from ${short}): must have at least 32 characters`,
    ]);
  });

  test('is wrong when the file is empty or no text', () => {
    const [empty, bytes] = [file('empty', '\n'), file('bytes', Uint8Array.of(0xff, 0xfe, 0xfd))];

    expect(problemsOf({ DATABASE_URL_FILE: empty, SECRET_FILE: bytes })).toEqual([
      `DATABASE_URL_FILE: ${empty} is empty`,
      `SECRET_FILE: ${bytes} is not UTF-8 text`,
    ]);
  });

  test('is not shown where it is no address', () => {
    const load = () => loadConfig({ JWKS_URL: variable.httpUrl() }, { JWKS_URL_FILE: file('url', 'http://kept-to-itself:x') });

    expect(load).toThrow(/JWKS_URL \(from .*\): /);
    expect(load).not.toThrow(/kept-to-itself/);
  });
});
