// How far from the truth the car was shown: ours, and the two simpler markers, as shares of all looks.

import type { Distribution, Row, ScoreResult } from '../result.ts';
import { type Html, html } from './html.ts';
import { pathThrough, percent, plot } from './plot/plot.ts';
import { linearScale, logScale, logTicks, type Scale } from './plot/scale.ts';
import { quantity } from './quantity.ts';

const MARKERS = [
  { suffix: '', name: 'ours', className: 'line-shown' },
  { suffix: 'Lerp', name: 'naive lerp', className: 'line-lerp' },
  { suffix: 'Raw', name: 'jumping marker', className: 'line-raw' },
] as const;

const KINDS = [
  {
    id: 'errorShown',
    title: 'At the moment that is shown',
    what: 'Where the car was drawn, against where it truly was at the moment that the picture shows.',
  },
  {
    id: 'errorNow',
    title: 'Against now',
    what: 'Where the car was drawn, against where it truly is at that instant: the delay counts too.',
  },
] as const;

const SHARES = [0, 0.25, 0.5, 0.75, 0.95];
/** What is rarer than this is beyond the picture's edges. */
const TAIL = 0.002;

interface Series {
  name: string;
  className: string;
  distribution: Distribution;
}

export function errors({ distributions, rows }: ScoreResult): Html | undefined {
  const figures = KINDS.flatMap(({ id, title, what }) => {
    const series = MARKERS.flatMap(({ suffix, name, className }): Series[] => {
      const distribution = distributions.find((candidate) => candidate.id === id + suffix);
      return distribution && distribution.count > 0 ? [{ name, className, distribution }] : [];
    });
    return series.length > 0 ? [figure(id, title, what, series, rows)] : [];
  });
  if (figures.length === 0) return undefined;
  return html`<section id="errors">
<h2>How far from the truth</h2>
<p class="lead">The share of all looks at the map in which the car was at most so far off. Further up and further left is better.</p>
<div class="pair">${figures}</div>
</section>`;
}

function figure(
  id: string,
  title: string,
  what: string,
  series: readonly Series[],
  rows: readonly Row[],
): Html {
  const curves = series.map(({ distribution }) => cumulative(distribution));
  const low = Math.max(0.1, Math.min(...curves.map((curve) => reaching(curve, 0.02))));
  const high = Math.max(low * 10, ...curves.map((curve) => reaching(curve, 1 - TAIL)));
  const x = logScale(low, high);
  const y = linearScale(0, 1);
  const inside = (value: number) => Math.min(1, Math.max(0, x(value)));
  const summary = series.map(
    ({ name, distribution: { p50, p95 } }) =>
      `${name}: half within ${quantity(p50, 'm')}, 95 % within ${quantity(p95, 'm')}`,
  );
  return html`<figure>
<figcaption><h3>${title}</h3><p>${what}</p></figcaption>
<p class="legend">${series.map(({ name, className }) => html`<span><svg viewBox="0 0 26 8" aria-hidden="true"><path class="${className}" d="M1 4H25"/></svg>${name}</span>`)}${budgetsOf(rows, id).length > 0 && html`<span><svg viewBox="0 0 26 12" aria-hidden="true"><path class="gate" d="M13 1V11M7 1H13"/></svg>budget: pass left of it</span>`}</p>
${plot({
  description: `${title}. ${summary.join('; ')}.`,
  xTicks: logTicks(low, high).map((tick) => ({ at: x(tick), text: quantity(tick, 'm') })),
  yTicks: [...SHARES, 1].map((share) => ({ at: share, text: share === 1 ? '' : `${share * 100}%` })),
  shapes: [
    ...[...series].reverse().map(({ className }, index) => {
      const points = curves.at(-1 - index)!.map(({ value, share }) => ({ x: inside(value), y: y(share) }));
      return html`<path class="${className}" d="${pathThrough([{ x: points[0]!.x, y: 0 }, ...points, { x: 1, y: points.at(-1)!.y }])}"/>`;
    }),
    ...budgetsOf(rows, id).map(({ share, atMost }) => gate(x, share, atMost)),
  ],
  labels: budgetsOf(rows, id).map(
    ({ share, atMost }) =>
      html`<span class="gate-label" style="left:${percent(x(atMost))}%;bottom:${percent(share)}%">≤ ${quantity(atMost, 'm')}</span>`,
  ),
})}
<table class="figures-table">
<thead><tr><th scope="col">metres</th>${['p50', 'p95', 'p99', 'p99.9', 'largest'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${series.map(
    ({ name, distribution: { p50, p95, p99, p999, max } }) =>
      html`<tr><th scope="row">${name}</th>${[p50, p95, p99, p999, max].map((value) => html`<td>${quantity(value, '')}</td>`)}</tr>`,
  )}</tbody>
</table>
</figure>`;
}

/** The curve has to pass to the left of it: a post with an arm. */
function gate(x: Scale, share: number, atMost: number): Html {
  const [left, top] = [percent(x(atMost)), percent(1 - share)];
  return html`<path class="gate" d="M${left} ${top - 5}V${top + 5}M${left} ${top}h-3"/>`;
}

function budgetsOf(rows: readonly Row[], id: string): { share: number; atMost: number }[] {
  const shares = { median: 0.5, p95: 0.95 };
  return Object.entries(shares).flatMap(([name, share]) => {
    const budget = rows.find((row) => row.id === `truth.${id}.${name}`)?.budget;
    return budget ? [{ share, atMost: budget.atMost }] : [];
  });
}

/** The share of values up to each bucket's upper end. */
export function cumulative({ buckets, count }: Distribution): { value: number; share: number }[] {
  let sum = 0;
  return buckets.map((bucket) => {
    sum += bucket.count;
    return { value: bucket.upTo, share: sum / count };
  });
}

function reaching(curve: readonly { value: number; share: number }[], share: number): number {
  return (curve.find((point) => point.share >= share) ?? curve.at(-1)!).value;
}
