// Grafana has no stand-in here: its dashboard is held to the types that Grafana itself publishes, by the compiler, and to the
// metrics that are documented. `test/compose` runs every query against a real Prometheus.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(ROOT + path, 'utf8');

const json = read('deploy/grafana/dashboards/tripcast.json');
const dashboard = JSON.parse(json) as {
  panels: {
    id: number;
    gridPos: { h: number; w: number; x: number; y: number };
    targets: { expr: string }[];
  }[];
};

/** Grafana's types speak of enums; a file has their values. */
const TYPES = `
import type { Dashboard, DataQuery, DataSourceRef, Panel } from '@grafana/schema';
import type { FieldConfig, Options } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

type Plain<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
interface Prometheus extends DataQuery { datasource: DataSourceRef; expr: string; legendFormat: string }
interface TimeSeries extends Omit<Panel<Options, FieldConfig>, 'type' | 'options' | 'targets'> {
  type: 'timeseries';
  options: Options;
  targets: Prometheus[];
}
interface Ours extends Omit<Dashboard, 'panels'> { panels: TimeSeries[] }
`;

/** What the compiler has against this dashboard; empty when it is one. */
function mistakesIn(name: string, text: string): string {
  mkdirSync(`${ROOT}artifacts`, { recursive: true });
  const file = `${ROOT}artifacts/dashboard-${name}.ts`;
  writeFileSync(file, `${TYPES}export const dashboard: Plain<Ours> = ${text};\n`);
  const compiler = ['node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--skipLibCheck'];
  const options = ['--ignoreConfig', '--module', 'preserve', '--moduleResolution', 'bundler', '--types', ''];
  const { stdout } = spawnSync(process.execPath, [...compiler, ...options, file], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  rmSync(file);
  return stdout;
}

test("the dashboard is one by Grafana's own types", () => {
  expect(mistakesIn('as-it-is', json)).toBe('');
});

test.each([
  ['a field that Grafana does not know', '"title"', '"titel"'],
  ['a value that it does not know', '"displayMode": "list"', '"displayMode": "line"'],
  ['a field that it needs and does not find', '"showLegend": true', '"isVisible": true'],
  ['a query without an expression', '"expr"', '"query"'],
])('%s would be found', (name, right, wrong) => {
  expect(mistakesIn(name.replaceAll(' ', '-'), json.replace(right, wrong))).toMatch(/error TS\d+/);
});

test('panels have ids of their own, fit into the grid and do not overlap', () => {
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const taken = new Set<string>();
  for (const { gridPos } of dashboard.panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken).not.toContain(`${x}/${y}`);
        taken.add(`${x}/${y}`);
      }
    }
  }
});

test('every metric of ours that a panel shows is one that docs/operations.md names', () => {
  const documented = read('docs/operations.md');
  const shown = dashboard.panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/(tripcast|process|nodejs)_\w+/g) ?? []),
  );
  const unknown = shown.filter((name) => !documented.includes(`\`${name.replace(/_bucket$/, '')}\``));
  expect(unknown).toEqual([]);
  expect(shown.length).toBeGreaterThan(20);
});
