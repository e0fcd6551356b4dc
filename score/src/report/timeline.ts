// What broke and what came back, along the run.

import type { ScoreResult, TimelineEntry } from '../result.ts';
import { type Html, html } from './html.ts';
import { percent } from './plot/plot.ts';
import { evenTicks } from './plot/scale.ts';
import { minutesText } from './quantity.ts';
import { sentence } from './verdict.ts';

/** More lanes than this are no picture any more. */
const MOST_LANES = 24;

/** Entries of one kind that say the same of the same: one lane. */
interface Lane {
  kind: TimelineEntry['kind'];
  what: string;
  who: string;
  entries: TimelineEntry[];
}

export function timeline({ timeline: entries, measuredMs, worstRider }: ScoreResult): Html | undefined {
  if (entries.length === 0) return undefined;
  const endMs = Math.max(measuredMs, ...entries.map(({ atMs, untilMs }) => untilMs ?? atMs));
  const startMs = Math.min(0, ...entries.map(({ atMs }) => atMs));
  const at = (ms: number) => percent(Math.min(1, Math.max(0, (ms - startMs) / (endMs - startMs))));
  const lanes = lanesOf(entries);
  const shown = worstRider?.shown ?? [];
  return html`<section id="timeline">
<h2>Faults and recovery</h2>
<div class="timeline">
<div class="lane axis" aria-hidden="true"><span></span><div class="track">${evenTicks((endMs - startMs) / 1_000, 6).map((seconds) => html`<span class="tick" style="left:${at(startMs + seconds * 1_000)}%">${minutesText(startMs + seconds * 1_000)}</span>`)}</div></div>
<ol>${lanes.slice(0, MOST_LANES).map(
    (lane) => html`<li class="lane ${lane.kind}">
<span class="lane-name"><b>${sentence(lane.what)}</b> <small>${lane.who}${timesText(lane)}</small></span>
<div class="track" aria-hidden="true">${lane.entries.map(({ atMs, untilMs }) =>
      untilMs === undefined
        ? html`<i class="moment" style="left:${at(atMs)}%"></i>`
        : html`<i class="span" style="left:${at(atMs)}%;width:${Math.max(0.4, at(untilMs) - at(atMs))}%"></i>`,
    )}</div>
</li>`,
  )}
${
  shown.length > 1 &&
  html`<li class="lane worst"><span class="lane-name"><b>The replay below</b> <small>${minutesText(shown[0]!.atMs)} to ${minutesText(shown.at(-1)!.atMs)}</small></span><div class="track" aria-hidden="true"><i class="span" style="left:${at(shown[0]!.atMs)}%;width:${at(shown.at(-1)!.atMs) - at(shown[0]!.atMs)}%"></i></div></li>`
}</ol>
</div>
${lanes.length > MOST_LANES && html`<p class="note">and ${lanes.length - MOST_LANES} more kinds of events</p>`}
</section>`;
}

function lanesOf(entries: readonly TimelineEntry[]): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const entry of entries.toSorted((a, b) => a.atMs - b.atMs)) {
    const { kind, what, who } = entry;
    const key = JSON.stringify([kind, what, who]);
    const lane = lanes.get(key);
    if (lane) lane.entries.push(entry);
    else lanes.set(key, { kind, what, who, entries: [entry] });
  }
  return [...lanes.values()];
}

/** The moments in words, since pictures are not for everybody. */
function timesText({ entries }: Lane): string {
  const texts = entries
    .slice(0, 3)
    .map(({ atMs, untilMs }) =>
      untilMs === undefined ? minutesText(atMs) : `${minutesText(atMs)} to ${minutesText(untilMs)}`,
    );
  return `, ${texts.join(', ')}${entries.length > 3 ? ` and ${entries.length - 3} more times` : ''}`;
}
