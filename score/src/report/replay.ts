// The worst rider's minute on the map. The script in `page/` makes it move.

import type { ScoreResult } from '../result.ts';
import type { CityMap } from './ground/city-map.ts';
import { embeddedJson, type Html, html, rawText } from './html.ts';
import type { Scene, ShownSpot } from './page/scene.ts';
import { pageScript } from './page-script.ts';
import { pathThrough, percent } from './plot/plot.ts';
import { evenTicks } from './plot/scale.ts';
import { quantity } from './quantity.ts';
import { replayScene } from './replay-scene.ts';
import { sentence } from './verdict.ts';

const FACTS = [
  { name: 'error', title: 'from the truth' },
  { name: 'delay', title: 'display delay' },
  { name: 'age', title: 'newest fix' },
  { name: 'kind', title: 'the car is shown' },
] as const;

const STRIP_KEY = [
  { className: 'run-error', height: 2, text: 'error' },
  { className: 'run-extrapolated', height: 10, text: 'guessed ahead' },
  { className: 'run-stale', height: 10, text: 'not live' },
  { className: 'run-fault', height: 4, text: 'a fault' },
] as const;

/** The scale of errors reaches at least this far, m. */
const LEAST_ERROR_SCALE_METRES = 10;

export function replay({ worstRider, timeline }: ScoreResult, city: CityMap): Html | undefined {
  const scene = worstRider && replayScene(worstRider, city);
  if (!scene) return undefined;
  const { fromMs, untilMs } = scene;
  return html`<section id="replay">
<h2>The worst rider’s minute</h2>
<p class="lead">Rider ${worstRider.rider} of trip ${worstRider.tripId}, driven by ${worstRider.vehicleId}. ${sentence(worstRider.why)}.</p>
<div class="replay">
<div class="map">
<canvas role="img" aria-label="${mapDescription(scene)}"></canvas>
<p class="map-key"><span><svg viewBox="0 0 20 20" aria-hidden="true"><circle class="key-true" cx="10" cy="11" r="6"/><path class="key-true-tip" d="M7 4 10 0l3 4z"/></svg>true</span><span><svg viewBox="0 0 20 20" aria-hidden="true"><circle class="key-measured" cx="10" cy="10" r="4.5"/></svg>measured</span><span><svg viewBox="0 0 20 20" aria-hidden="true"><circle class="key-under-way" cx="10" cy="10" r="4"/></svg>on its way</span><span><svg viewBox="0 0 20 20" aria-hidden="true"><path class="key-shown-car" d="M10 1 17 18l-7-4-7 4z"/></svg>shown</span></p>
<p class="attribution">${city.attribution}</p>
</div>
<div class="strip">
<div class="strip-plot">
${strip(scene, timeline)}
<input type="range" min="${fromMs}" max="${untilMs}" step="100" value="${scene.worstMs}" aria-label="Moment of the replay">
</div>
<p class="strip-key">${STRIP_KEY.map(({ className, height, text }) => html`<span><svg viewBox="0 0 14 10" aria-hidden="true"><rect class="${className}" y="${(10 - height) / 2}" width="14" height="${height}"/></svg>${text}</span>`)}</p>
</div>
<div class="controls">
<button type="button" class="play" aria-label="Play"><svg viewBox="0 0 24 24" aria-hidden="true"><path class="icon-play" d="M8 5v14l11-7z"/><path class="icon-pause" d="M7 5h4v14H7zM13 5h4v14h-4z"/></svg></button>
<b class="time" data-fact="time"></b>
<label>Speed <select class="rate"><option value="0.5">½ ×</option><option value="1" selected>1 ×</option><option value="4">4 ×</option></select></label>
<label class="whole"><input type="checkbox"> Whole minute</label>
</div>
<dl class="facts">${FACTS.map(({ name, title }) => html`<div><dt>${title}</dt><dd data-fact="${name}">–</dd></div>`)}</dl>
<noscript><p class="note">The replay needs JavaScript; all else on this page does not.</p></noscript>
</div>
<script type="application/json" id="scene">${embeddedJson(scene)}</script>
<script type="module">${rawText(pageScript())}</script>
</section>`;
}

function mapDescription({ shown, fromMs, untilMs, worstMs }: Scene): string {
  const errors = shown.flatMap(({ errorMetres }) => errorMetres ?? []).sort((a, b) => a - b);
  const [median, largest] = [errors[errors.length >> 1], errors.at(-1)];
  if (median === undefined || largest === undefined)
    return 'Map of where the car truly was, was measured and was shown.';
  return `Map of where the car truly was, was measured and was shown, for ${quantity(untilMs - fromMs, 'ms')}. Shown against true: median ${quantity(median, 'm')}, largest ${quantity(largest, 'm')} after ${quantity(worstMs - fromMs, 'ms')}. The slider below tells each moment in words.`;
}

/** The error over time below the slider, with guesses, silence and faults behind it. */
function strip({ shown, fromMs, untilMs }: Scene, timeline: ScoreResult['timeline']): Html {
  const most = Math.max(LEAST_ERROR_SCALE_METRES, ...shown.map(({ errorMetres }) => errorMetres ?? 0)) * 1.1;
  const x = (ms: number) => Math.min(1, Math.max(0, (ms - fromMs) / (untilMs - fromMs)));
  const faults = timeline.filter(
    ({ kind, atMs, untilMs: end = atMs + 1_000 }) => kind === 'fault' && atMs < untilMs && end > fromMs,
  );
  return html`<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
${evenTicks(most, 4).map((tick) => html`<line class="grid" x1="0" x2="100" y1="${percent(1 - tick / most)}" y2="${percent(1 - tick / most)}"/>`)}
${runsOfKind(shown).map(({ kind, from, until }) => html`<rect class="run-${kind}" x="${percent(x(from))}" width="${percent(x(until) - x(from))}" y="0" height="100"/>`)}
${faults.map(({ atMs, untilMs: end = atMs + 1_000 }) => html`<rect class="run-fault" x="${percent(x(atMs))}" width="${percent(x(end) - x(atMs))}" y="102" height="7"/>`)}
${runsWithError(shown).map((run) => {
  const points = run.map(({ atMs, errorMetres = 0 }) => ({ x: x(atMs), y: errorMetres / most }));
  const [first, last] = [points[0]!, points.at(-1)!];
  return html`<path class="strip-area" d="${pathThrough([{ ...first, y: 0 }, ...points, { ...last, y: 0 }])}Z"/><path class="strip-line" d="${pathThrough(points)}"/>`;
})}
</svg>
${evenTicks(most, 4)
  .slice(1)
  .map(
    (tick) =>
      html`<span class="tick strip-tick" aria-hidden="true" style="bottom:${percent(tick / most)}%">${quantity(tick, 'm')}</span>`,
  )}`;
}

/** Stretches of guesses and of silence. */
function runsOfKind(shown: readonly ShownSpot[]): { kind: string; from: number; until: number }[] {
  const runs: { kind: string; from: number; until: number }[] = [];
  for (const [index, { kind, atMs }] of shown.entries()) {
    const until = shown[index + 1]?.atMs ?? atMs;
    const last = runs.at(-1);
    if (last?.kind === kind) last.until = until;
    else runs.push({ kind, from: atMs, until });
  }
  return runs.filter(({ kind }) => kind === 'extrapolated' || kind === 'stale');
}

function runsWithError(shown: readonly ShownSpot[]): ShownSpot[][] {
  const runs: ShownSpot[][] = [];
  let run: ShownSpot[] | undefined;
  for (const spot of shown) {
    if (spot.errorMetres === undefined) {
      run = undefined;
      continue;
    }
    if (!run) {
      run = [];
      runs.push(run);
    }
    run.push(spot);
  }
  return runs;
}
