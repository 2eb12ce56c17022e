import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { readDashboards, readRules, usedLogFields, usedRecords } from '#tests/contract/used-metrics.ts';
import { needs } from '#tests/support/needs.ts';
import { services } from '#tools/dev/services.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const prometheus = fileURLToPath(new URL('deploy/observability/prometheus/', root));

needs('promtool').describe('promtool', () => {
  test.each([
    ['check', 'config', 'prometheus.yml'],
    ['check', 'rules', 'recording.yml', 'alerts.yml'],
    ['test', 'rules', 'alerts.test.yml'],
  ])('accepts: %s %s', (...args) => {
    const { error, status, stdout, stderr } = spawnSync('promtool', args, { cwd: prometheus, encoding: 'utf8' });

    expect({ error, status, output: status === 0 ? '' : stdout + stderr }).toEqual({ error: undefined, status: 0, output: '' });
  });
});

describe('Prometheus', () => {
  test('reads every service at its admin address', () => {
    const { scrape_configs: configs } = parseYaml(read('deploy/observability/prometheus/prometheus.yml')) as {
      scrape_configs: { static_configs: { targets: string[]; labels: { service: string } }[] }[];
    };
    const targets = configs.flatMap(({ static_configs: all }) => all.map(({ targets: [target], labels }) => [labels.service, target]));

    expect(targets.toSorted()).toEqual(services.map(({ name }) => [name, `${name}:9090`]).toSorted());
  });

  test('has each rule that a dashboard or an alert reads', () => {
    const records = new Set(readRules().map(({ record }) => record));

    expect(usedRecords().length).toBeGreaterThan(10);
    expect(usedRecords().filter((name) => !records.has(name))).toEqual([]);
  });

  test('links each alert to its section of the page for operators, which has no other sections of alerts', () => {
    const alerts = readRules().flatMap(({ alert }) =>
      alert === undefined ? [] : [alert.replaceAll(/(?<!^)(?=[A-Z])/g, '-').toLowerCase()],
    );
    const links = [...read('deploy/observability/prometheus/alerts.yml').matchAll(/runbook_url: docs\/operations\.md#(\S+)/g)].map(
      ([, anchor]) => anchor,
    );
    const sections = [...(read('docs/operations.md').split('\n## Alerts\n')[1] ?? '').matchAll(/^### (\S+)$/gm)].map(([, title]) => title);

    expect(alerts.length).toBeGreaterThan(15);
    expect(links).toEqual(alerts);
    expect(sections).toEqual(alerts);
  });
});

describe('Grafana', () => {
  test('has each source of data that a dashboard reads', () => {
    const { datasources } = parseYaml(read('deploy/observability/grafana/provisioning/datasources/datasources.yml')) as {
      datasources: { uid: string; type: string }[];
    };
    const known = new Set(datasources.map(({ uid, type }) => `${type}/${uid}`));
    const used = readDashboards().flatMap(({ file }) =>
      [...read(`deploy/observability/${file}`).matchAll(/"datasource": \{\s*"type": "(\w+)",\s*"uid": "(\w+)"/g)].map(
        ([, type, uid]) => `${type}/${uid}`,
      ),
    );

    expect([...new Set(used)].toSorted()).toEqual([...known].toSorted());
  });

  test('asks logs for no field that a record does not have', () => {
    const program =
      "const { createLogger } = await import('./platform/logger.ts'); const { withTraceparent } = await import('./platform/tracing/trace-context.ts'); withTraceparent(undefined, () => createLogger('order', 'info').info('hello'));";
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: fileURLToPath(root), encoding: 'utf8' });
    const record = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as object;

    expect(usedLogFields()).toEqual(expect.arrayContaining(['traceId']));
    expect(usedLogFields().filter((field) => !(field in record))).toEqual([]);
  });
});
