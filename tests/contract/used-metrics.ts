import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';

/** A metric that an expression reads, with the labels that it asks for there: `le` with its value. */
export type Use = { readonly where: string; readonly metric: string; readonly labels: readonly string[]; readonly le: string | undefined };

type Rules = { groups: { rules: { record?: string; alert?: string; expr: string }[] }[] };
type Panel = { title: string; targets?: { datasource: { type: string }; expr?: string }[] };

const folder = fileURLToPath(new URL('../../deploy/observability', import.meta.url));

export const readRules = () =>
  ['recording.yml', 'alerts.yml'].flatMap((file) => {
    const { groups } = parseYaml(readFileSync(join(folder, 'prometheus', file), 'utf8')) as Rules;
    return groups.flatMap(({ rules }) => rules);
  });

export const readDashboards = () =>
  globSync('grafana/dashboards/*.json', { cwd: folder }).map((file) => ({
    file,
    dashboard: JSON.parse(readFileSync(join(folder, file), 'utf8')) as { uid: string; panels: Panel[] },
  }));

/** Every expression in PromQL or LogQL, with where it stands. */
function expressions(type: 'prometheus' | 'loki'): [where: string, expression: string][] {
  const ofPanels = readDashboards().flatMap(({ file, dashboard }) =>
    dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.flatMap(({ datasource, expr }): [string, string][] =>
        datasource.type === type && expr !== undefined ? [[`${file}: ${title}`, expr]] : [],
      ),
    ),
  );
  if (type === 'loki') return ofPanels;
  return [...ofPanels, ...readRules().map(({ record, alert, expr }): [string, string] => [record ?? alert ?? '', expr])];
}

const metric = /\b((?:marigold|nodejs|process)_\w+)(?:\{([^}]*)\})?/g;
const grouping = /\bby \(([^)]*)\)/g;
const namesOf = (selector: string) => [...selector.matchAll(/(\w+)\s*=/g)].map(([, name = '']) => name);

/** What dashboards, rules and alerts read. The labels by which an expression groups are asked of each metric in it. */
export function usedMetrics(): Use[] {
  return expressions('prometheus').flatMap(([where, expression]) => {
    const grouped = [...expression.matchAll(grouping)].flatMap(([, list = '']) => list.split(',').map((name) => name.trim()));
    return [...expression.matchAll(metric)].map(([, name = '', selector = '']) => ({
      where,
      metric: name,
      labels: [...new Set([...namesOf(selector), ...grouped])],
      le: /\ble="([^"]+)"/.exec(selector)?.[1],
    }));
  });
}

/** The rules that are read as metrics. */
export const usedRecords = (): string[] =>
  expressions('prometheus').flatMap(([, expression]) => expression.match(/\bmarigold:[\w:]+/g) ?? []);

/** The fields of a log record that dashboards read. */
export const usedLogFields = (): string[] => [
  ...new Set(expressions('loki').flatMap(([, expression]) => namesOf(expression.replaceAll(/"[^"]*"/g, '""')))),
];
