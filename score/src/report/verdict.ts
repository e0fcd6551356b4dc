// What one sees first: whether the budgets were held, which were not, and the figures that a rider would feel.

import type { Row, ScoreResult } from '../result.ts';
import { type Html, html } from './html.ts';
import { quantity } from './quantity.ts';

/** The first four of these that were measured. */
const FIGURES: readonly { id: string; title: string }[] = [
  { id: 'truth.errorShown.median', title: 'shown against true, median' },
  { id: 'truth.errorShown.p95', title: 'shown against true, p95' },
  { id: 'latency.liveAgain.p99', title: 'from fault to live again, p99' },
  { id: 'truth.displayDelay.median', title: 'display delay, median' },
  { id: 'latency.p99', title: "driver's write to rider's callback, p99" },
  { id: 'delivery.holes', title: "holes in riders' tracks" },
];

export function verdict(result: ScoreResult): Html {
  const held = result.rows.filter(({ pass }) => pass !== undefined);
  const broken = held.filter(({ pass }) => pass === false);
  return html`<header class="verdict ${broken.length === 0 ? 'is-held' : 'is-broken'}">
<p class="run">Tripcast scorecard · <b>${result.scenario}</b> · seed ${result.seed} · ${result.mode} time · ${startedText(result)}</p>
<h1><span class="headline-mark" aria-hidden="true">${broken.length === 0 ? '✓' : '✗'}</span>${headline(held.length, broken.length)}</h1>
<p class="what">${sentence(result.title)}</p>
${broken.length > 0 && html`<ul class="broken-list">${broken.map((row) => brokenItem(row, fullTitle(row, result.rows)))}</ul>`}
<div class="figures">${figures(result.rows)}</div>
</header>`;
}

export function headline(held: number, broken: number): string {
  if (held === 0) return 'No budgets to hold';
  if (broken > 0) return `${broken} of ${held} budgets broken`;
  return held === 1 ? 'The one budget is held' : `All ${held} budgets held`;
}

/** A percentile's title needs the measure's: that of the row in which it began. */
export function fullTitle(row: Row, rows: readonly Row[]): string {
  if (!/^p\d/.test(row.title)) return sentence(row.title);
  const before = rows.slice(0, rows.indexOf(row)).findLast(({ title }) => !/^p\d/.test(title));
  return before ? `${before.title.replace(/, [^,]*$/, '')}, ${row.title}` : row.title;
}

function brokenItem({ value, unit, budget, baselines }: Row, title: string): Html {
  const isWithin = value !== null && value <= budget!.atMost;
  const rival = baselines && Math.min(baselines.raw ?? Infinity, baselines.lerp ?? Infinity);
  const reason = isWithin
    ? `not better than ${quantity(rival ?? null, unit)} of a simpler marker`
    : `budget ${quantity(budget!.atMost, unit)}`;
  return html`<li><b>${title}</b><span><strong>${quantity(value, unit)}</strong>, ${reason}</span></li>`;
}

function figures(rows: readonly Row[]): Html[] {
  return FIGURES.flatMap(({ id, title }) => {
    const row = rows.find((candidate) => candidate.id === id);
    return row && row.value !== null ? [{ row, title }] : [];
  })
    .slice(0, 4)
    .map(
      ({ row, title }) => html`<div class="figure">
<strong>${quantity(row.value, row.unit)}</strong>
<span>${title}</span>
${row.baselines && html`<small>${rivals(row)}</small>`}
</div>`,
    );
}

function rivals({ baselines, unit }: Row): string {
  return `jumping marker ${quantity(baselines?.raw ?? null, unit)}, naive lerp ${quantity(baselines?.lerp ?? null, unit)}`;
}

function startedText({ startedAt, measuredMs }: ScoreResult): string {
  return `${startedAt.slice(0, 16).replace('T', ' ')} UTC · ${Math.round(measuredMs / 1_000)} s measured`;
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
