// The other distributions: how often which latency, delay or distance was measured, on a scale of powers.

import type { Distribution } from '../result.ts';
import { type Html, html } from './html.ts';
import { percent, plot } from './plot/plot.ts';
import { logScale, logTicks } from './plot/scale.ts';
import { quantity } from './quantity.ts';
import { sentence } from './verdict.ts';

/** Those are drawn as curves. */
const DRAWN_ELSEWHERE = /^error(Shown|Now)/;
const FIRST = ['latency', 'liveAgain', 'ageOnArrival', 'displayDelay'];
/** What is rarer than this is beyond the picture's left or right edge. */
const TAIL = 0.004;
/** The lower end of a bucket that has none before it. */
const BUCKET_RATIO = 2 ** 0.25;

export interface Bin {
  from: number;
  upTo: number;
  share: number;
}

export function histograms(distributions: readonly Distribution[]): Html | undefined {
  const drawn = distributions
    .filter(({ id, count }) => count > 0 && !DRAWN_ELSEWHERE.test(id))
    .toSorted((a, b) => rank(a) - rank(b));
  if (drawn.length === 0) return undefined;
  return html`<section id="distributions">
<h2>Latency and the rest</h2>
<p class="lead">How often each value was measured; areas tell shares, scales are logarithmic.</p>
<div class="trio">${drawn.map(histogram)}</div>
</section>`;
}

function rank({ id }: Distribution): number {
  const index = FIRST.indexOf(id);
  return index < 0 ? FIRST.length : index;
}

function histogram(distribution: Distribution): Html {
  const { title, unit, count, p50, p95, p99, p999, max } = distribution;
  const bins = visibleBins(binsOf(distribution));
  const [low, high] = [bins[0]!.from, Math.max(bins.at(-1)!.upTo, bins[0]!.from * 4)];
  const x = logScale(low, high);
  const densityOf = ({ from, upTo, share }: Bin) => share / Math.log(upTo / from);
  const tallest = Math.max(...bins.map(densityOf));
  const marks = [
    { name: 'p50', value: p50 },
    { name: 'p95', value: p95 },
    { name: 'p99', value: p99 },
  ].filter(({ value }) => x(value) >= 0 && x(value) <= 1);
  return html`<figure class="histogram">
<figcaption><h3>${sentence(title)}</h3></figcaption>
${plot({
  size: 'small',
  description: `${title}: half up to ${quantity(p50, unit)}, 95 % up to ${quantity(p95, unit)}, 99 % up to ${quantity(p99, unit)}, at most ${quantity(max, unit)}.`,
  xTicks: logTicks(low, high, 5).map((tick) => ({ at: x(tick), text: quantity(tick, unit) })),
  yTicks: [],
  shapes: [
    bins.map((bin) => {
      const height = 0.62 * (densityOf(bin) / tallest);
      const [left, right] = [percent(x(bin.from)), percent(x(bin.upTo))];
      return html`<rect class="bin" x="${left}" width="${percent(Math.max(0.2, right - left - 0.4) / 100)}" y="${percent(1 - height)}" height="${percent(height)}"/>`;
    }),
    marks.map(
      ({ value }, index) =>
        html`<line class="percentile" x1="${percent(x(value))}" x2="${percent(x(value))}" y1="${5 + index * 11}" y2="100"/>`,
    ),
  ],
  labels: marks.map(({ name, value }, index) => {
    const at = x(value);
    return html`<span class="mark-label${at > 0.55 && ' is-left'}" style="left:${percent(at)}%;top:${index * 11}%">${name} ${quantity(value, unit)}</span>`;
  }),
})}
<p class="note">${quantity(count, '')} values · p99.9 ${quantity(p999, unit)} · largest ${quantity(max, unit)}</p>
</figure>`;
}

/** Buckets with both ends; nothing was measured below the first one's. */
export function binsOf({ buckets, count }: Distribution): Bin[] {
  return buckets.map(({ upTo, count: inside }, index) => ({
    from: buckets[index - 1]?.upTo ?? upTo / BUCKET_RATIO,
    upTo,
    share: inside / count,
  }));
}

/** Without the rare ones at either end. */
function visibleBins(bins: readonly Bin[]): Bin[] {
  let below = 0;
  const visible = bins.filter(({ share }) => {
    const isRare = below + share <= TAIL || below >= 1 - TAIL;
    below += share;
    return !isRare;
  });
  return visible.length > 0 ? visible : [...bins];
}
