// Values with their units, as one reads them.

import type { Unit } from '../result.ts';
import { numberText } from '../table.ts';

/** `1.4 s` rather than `1 400 ms`; `–` for what was not measured. */
export function quantity(value: number | null, unit: Unit): string {
  if (value === null) return '–';
  if (unit === 'ms' && Math.abs(value) >= 1_000) return `${numberText(value / 1_000)} s`;
  if (unit === 'kB' && Math.abs(value) >= 1_024) return `${numberText(value / 1_024)} MB`;
  const text = numberText(value);
  return unit === '' ? text : unit === '°' || unit === '%' ? `${text}${unit}` : `${text} ${unit}`;
}

/** Where a timeline needs it: `0:40`, `12:05`. */
export function minutesText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
