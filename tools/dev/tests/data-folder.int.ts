import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDataFolder } from '../data-folder.ts';
import { openSecrets } from '../secrets.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marigold-data-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the data folder', () => {
  test('belongs to one shop at a time', () => {
    const first = openDataFolder(folder, { reset: false });

    expect(() => openDataFolder(folder, { reset: false })).toThrow(/A shop runs on .* already \(process \d+\)\. Stop it/);
    expect(() => openDataFolder(folder, { reset: true })).toThrow('Stop it before you start over');

    first.close();
    openDataFolder(folder, { reset: false }).close();
  });

  test('is taken over from a shop that was killed, also when its number was given to another process', () => {
    const gone = { pid: 2 ** 22 + 1, beginning: '1', children: {} };
    writeFileSync(join(folder, 'processes.json'), JSON.stringify(gone));
    openDataFolder(folder, { reset: false }).close();

    const reused = { pid: process.pid, beginning: 'another moment', children: {} };
    writeFileSync(join(folder, 'processes.json'), JSON.stringify(reused));
    openDataFolder(folder, { reset: false }).close();
  });

  test('keeps secrets and credentials between starts, readable by their owner only', () => {
    const first = openSecrets(folder);

    expect(openSecrets(folder)).toEqual(first);
    expect(JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8'))).toEqual({
      admin: { login: 'admin', password: first.admin.password },
      customer: { login: 'linh', password: first.customer.password },
    });
    for (const file of ['secrets.json', 'credentials.json']) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  test('is closed to other users of the machine, also one that was open before', () => {
    const old = join(folder, 'old');
    mkdirSync(join(old, 'logs'), { recursive: true, mode: 0o755 });
    writeFileSync(join(old, 'secrets.json.new'), '{}', { mode: 0o644 });
    const modeOf = (...path: string[]) => statSync(join(...path)).mode & 0o777;

    for (const path of [old, join(folder, 'fresh')]) {
      openDataFolder(path, { reset: false }).close();

      // as root PostgreSQL's own account passes through
      expect(modeOf(path)).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
      for (const inner of ['kafka', 'log', 'logs', 'mail']) expect(modeOf(path, inner)).toBe(0o700);
    }
    expect(modeOf(old, 'secrets.json.new')).toBe(0o600);
  });

  test('of an earlier release is given the secrets that it lacks, once', () => {
    const { mailKeys: _, ...fewer } = openSecrets(folder);
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(fewer));

    const completed = openSecrets(folder);

    expect(completed).toMatchObject(fewer);
    expect(openSecrets(folder)).toEqual(completed);
  });

  test('starts over with a reset', () => {
    const before = openSecrets(folder);

    openDataFolder(folder, { reset: true }).close();

    expect(openSecrets(folder).admin.password).not.toBe(before.admin.password);
  });

  test('is not emptied when it is not one of ours', () => {
    openSecrets(folder);
    mkdirSync(join(folder, 'logs'));
    writeFileSync(join(folder, 'thesis.txt'), 'the only copy');

    expect(() => openDataFolder(folder, { reset: true })).toThrow('does not look like a data folder of the shop, so nothing was deleted');
    expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('the only copy');
  });

  test('rejects with one sentence when it is a file', () => {
    writeFileSync(join(folder, 'file'), '');

    expect(() => openDataFolder(join(folder, 'file'), { reset: false })).toThrow(
      /file is a file, and the shop needs a folder for its data/,
    );
  });

  test('rejects with one sentence when the secrets cannot be parsed', () => {
    writeFileSync(join(folder, 'secrets.json'), '{"internalTokenSecret":');

    expect(() => openSecrets(folder)).toThrow(
      /secrets\.json cannot be read: it is not what was written there\. Put it right, or start over with --reset\./,
    );
  });
});
