import { describe, expect, test } from '@jest/globals';
import { Counter, Gauge, Registry } from 'prom-client';
import { readExposition } from '../exposition.ts';

describe('a page of metrics', () => {
  test('is read as prom-client writes it, labels of any text included', async () => {
    const registry = new Registry();
    registry.setDefaultLabels({ service: 'order' });
    const counter = new Counter({ name: 'read_total', help: 'Text.', labelNames: ['of'], registers: [registry] });
    const gauge = new Gauge({ name: 'lag', help: 'More\ntext.', registers: [registry] });
    const odd = 'a "b", {c} \\ d\ne=\\n';
    counter.inc({ of: odd }, 2);
    gauge.set(Number.POSITIVE_INFINITY);

    expect(readExposition(await registry.metrics())).toEqual([
      { name: 'read_total', labels: { of: odd, service: 'order' }, value: 2 },
      { name: 'lag', labels: { service: 'order' }, value: Number.POSITIVE_INFINITY },
    ]);
  });

  test('is read as far as it is asked for', () => {
    expect(readExposition('a{x="1"} 1\nb 2\nabc 3\n', new Set(['b']))).toEqual([{ name: 'b', labels: {}, value: 2 }]);
  });

  test.each(['a{x="1"', 'a{x="1"} ', 'a{x=1} 2', 'a one', 'a{x="1" y="2"} 3', '<html>'])('%j is none', (text) => {
    expect(() => readExposition(`b 1\n${text}`)).toThrow('metric');
  });
});
