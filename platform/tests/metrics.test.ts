import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { KeptAnswer } from '../async/kept-answer.ts';
import { BoundedLabel, rowsGauge } from '../metrics.ts';
import { measureStatements } from '../postgres/database-metrics.ts';

describe('the values of a label', () => {
  test('are no more than there may be, whatever comes', () => {
    const label = new BoundedLabel(2);

    expect(['a', 'b', 'c', 'a', 'd'].map((value) => label.of(value))).toEqual(['a', 'b', 'other', 'a', 'other']);
  });

  test('of statements are what these do, with all beyond the first hundred together', async () => {
    const registry = new Registry();
    const observe = measureStatements(registry);
    observe('SELECT id FROM orders WHERE id = $1', 0.002, false);
    for (let table = 0; table < 300; table += 1) observe(`SELECT id FROM made_up_${table}`, 0.002, true);
    const text = await registry.metrics();

    expect(text).toContain('marigold_database_statement_seconds_count{statement="SELECT orders",outcome="done"} 1');
    expect(text).toContain('marigold_database_statement_seconds_count{statement="other",outcome="failed"} 201');
  });
});

describe('what is expensive to count', () => {
  test('is counted once for all who read the metrics in a while', async () => {
    let asked = 0;
    const count = new KeptAnswer(60_000, async () => {
      asked += 1;
      return asked;
    });

    expect(await Promise.all([count.read(), count.read()])).toEqual([1, 1]);
    expect(await count.read()).toBe(1);
  });

  test('stays as it was while it cannot be counted', async () => {
    const answers = [
      () => 1,
      () => {
        throw new Error('away');
      },
    ];
    const count = new KeptAnswer(0, async () => (answers.shift() ?? (() => 3))());

    expect([await count.read(), await count.read(), await count.read()]).toEqual([1, 1, 3]);
  });

  test('shows no row that is gone, and none when nothing is known', async () => {
    const registry = new Registry();
    const found: (readonly (readonly [{ topic: string }, number])[] | null)[] = [[[{ topic: 'a' }, 1]], [[{ topic: 'b' }, 2]], null];
    rowsGauge(registry, { name: 'lag', help: 'Lag.', labelNames: ['topic'] }, async () => found.shift() ?? null);
    const rows = async () => (await registry.metrics()).split('\n').filter((row) => row.startsWith('lag'));

    expect([await rows(), await rows(), await rows()]).toEqual([['lag{topic="a"} 1'], ['lag{topic="b"} 2'], []]);
  });
});
