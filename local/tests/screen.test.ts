import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { createScreen } from '../screen.ts';

test('tells each change once, in plain lines, when there is no terminal', () => {
  let written = '';
  let now = 0;
  const screen = createScreen({ write: (text) => (written += text) }, () => now);

  screen.part('PostgreSQL', { is: 'starting', detail: '' });
  screen.part('PostgreSQL', { is: 'starting', detail: 'making the database cluster' });
  now = 1200;
  screen.part('PostgreSQL', { is: 'ready', detail: 'port 4032' });
  screen.part('Redis', { is: 'absent', detail: 'not on this machine' });
  screen.part('order', { is: 'down', detail: 'was ended by SIGKILL; again in 0.1 s' });
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
