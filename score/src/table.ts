// The scorecard as a person reads it in a terminal.

import { ROW_GROUPS, type Row, type ScoreResult } from './result.ts';

const HEADINGS = { delivery: 'Delivery', latency: 'Latency', truth: 'Truth', cost: 'Cost' } as const;

/** The whole card: what was run, on what, each row with its verdict, and the sum of it. */
export function tableOf(result: ScoreResult): string {
  const { scenario, title, seed, mode, measuredMs, parameters, machine, rows, notes } = result;
  const red = rows.filter(({ pass }) => pass === false).length;
  const held = rows.filter(({ pass }) => pass !== undefined).length;
  const titleWidth = Math.max(...rows.map((row) => row.title.length));
  return [
    `${scenario}: ${title}`,
    `seed ${seed} · ${mode} time · ${seconds(measuredMs)} measured · ${machine.cpu} × ${machine.cores}, Node ${machine.node}${machine.redis ? `, Redis ${machine.redis}` : ''}`,
    ...parameters.map(({ name, value }) => `  ${name}: ${value}`),
    ...ROW_GROUPS.flatMap((group) => {
      const lines = rows.filter((row) => row.group === group).map((row) => lineOf(row, titleWidth));
      return lines.length > 0 ? ['', HEADINGS[group], ...lines] : [];
    }),
    ...(notes.length > 0 ? ['', 'Notes', ...notes.map((note) => `  ${note}`)] : []),
    '',
    red === 0 ? `${held} budgets held` : `${red} of ${held} budgets broken`,
  ].join('\n');
}

function lineOf(row: Row, titleWidth: number): string {
  const mark = row.pass === undefined ? ' ' : row.pass ? '✓' : '✗';
  const value = `${numberText(row.value)} ${row.unit}`.trimEnd().padStart(12);
  const budget = row.budget ? `≤ ${numberText(row.budget.atMost)} ${row.unit}`.trimEnd() : '';
  const { raw, lerp } = row.baselines ?? {};
  const baselines = row.baselines ? `raw ${numberText(raw ?? null)}, lerp ${numberText(lerp ?? null)}` : '';
  return `  ${mark} ${row.title.padEnd(titleWidth)} ${value}   ${budget.padEnd(12)} ${baselines}`.trimEnd();
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

/** Three digits are as much as a measurement knows; counts are whole. */
export function numberText(value: number | null): string {
  if (value === null) return '–';
  if (Number.isInteger(value)) return groupDigits(String(value));
  const magnitude = Math.abs(value);
  return magnitude >= 100 ? groupDigits(value.toFixed(0)) : value.toFixed(magnitude >= 10 ? 1 : 2);
}

function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ' ');
}
