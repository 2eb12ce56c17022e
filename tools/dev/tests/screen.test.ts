import { stripVTControlCharacters } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { Screen } from '../screen.ts';

test('prints each change once, in plain lines, when there is no terminal', () => {
  let written = '';
  let now = 0;
  const screen = new Screen({ write: (text) => (written += text) }, () => now);

  screen.component('PostgreSQL', { is: 'starting', detail: '' });
  screen.component('PostgreSQL', { is: 'starting', detail: 'making the database cluster' });
  now = 1200;
  screen.component('PostgreSQL', { is: 'ready', detail: 'port 4032' });
  screen.component('Redis', { is: 'absent', detail: 'not on this machine' });
  screen.component('order', { is: 'down', detail: 'was ended by SIGKILL; again in 0.1 s' });
  screen.problem('order', { level: 'warn', message: 'the database is away' });
  screen.finish('open\n');
  screen.close();

  expect(stripVTControlCharacters(written).split('\n')).toEqual([
    '',
    '  Marigold opens',
    '',
    '  · PostgreSQL  making the database cluster',
    '  ✓ PostgreSQL  ready after 1.2 s  port 4032',
    '  – Redis       not on this machine',
    '  ✗ order       was ended by SIGKILL; again in 0.1 s',
    '  ! order       the database is away',
    'open',
    '',
  ]);
});

test('prints a repeated problem at once, and then how often it occurred', () => {
  jest.useFakeTimers();
  const lines: string[] = [];
  const screen = new Screen({ write: (text) => lines.push(stripVTControlCharacters(text).trim()) });
  screen.finish('open');
  lines.length = 0;
  const slow = { level: 'warn', message: 'not settled yet' } as const;

  for (let at = 0; at < 20; at += 1) screen.problem('payment', slow);
  screen.problem('order', slow);
  jest.advanceTimersByTime(30_000);
  screen.problem('payment', slow);
  jest.advanceTimersByTime(90_000);
  screen.problem('payment', slow);
  screen.close();
  jest.useRealTimers();

  expect(lines).toEqual([
    '! payment     not settled yet',
    '! order       not settled yet',
    '! payment     not settled yet (19 times more in 30 s)',
    '! payment     not settled yet (once more in 30 s)',
    '! payment     not settled yet',
  ]);
});
