// Numbers as tables show them.

import { median } from '../results.ts';

/** Two or three digits, which is what a measurement knows. */
export function figure(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1_000) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
  if (magnitude >= 100) return value.toFixed(0);
  return value.toFixed(magnitude >= 10 ? 1 : 2);
}

/** The median, and from where to where the values go: `97.2 [91.0 to 117]`; a dash when there are none. */
export function spread(values: readonly number[]): string {
  const middle = median(values);
  if (middle === undefined) return '–';
  if (values.length === 1) return figure(middle);
  return `${figure(middle)} [${figure(Math.min(...values))} to ${figure(Math.max(...values))}]`;
}

/** The median alone; a dash when there are no values. */
export function middle(values: readonly number[]): string {
  const value = median(values);
  return value === undefined ? '–' : figure(value);
}

/** A table in Markdown, names to the left, numbers to the right; nothing when there are no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, nth) => (nth === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
