// A picture with axes. What is drawn is SVG that stretches with the page; what is written is text beside it, which keeps
// its size on a phone and on paper.

import { type Html, type HtmlValue, html } from '../html.ts';

export interface Tick {
  /** 0 left or at the bottom, 1 right or at the top. */
  at: number;
  text: string;
}

export interface Plot {
  /** What it shows, for those who don't see it. */
  description: string;
  xTicks: readonly Tick[];
  yTicks: readonly Tick[];
  /** SVG elements in a square of 100 by 100, y downward. Strokes keep their width. */
  shapes: HtmlValue;
  /** Written over it. */
  labels?: HtmlValue;
  size?: 'small';
}

export function plot({ description, xTicks, yTicks, shapes, labels, size }: Plot): Html {
  return html`<div class="plot${size && ` plot-${size}`}" role="img" aria-label="${description}">
<div class="plot-area">
<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
${xTicks.map(({ at }) => html`<line class="grid" x1="${percent(at)}" x2="${percent(at)}" y1="0" y2="100"/>`)}
${yTicks.map(({ at }) => html`<line class="grid" x1="0" x2="100" y1="${percent(1 - at)}" y2="${percent(1 - at)}"/>`)}
${shapes}
</svg>
${yTicks.map(({ at, text }) => html`<span class="tick tick-y" style="bottom:${percent(at)}%">${text}</span>`)}
${xTicks.map(({ at, text }) => html`<span class="tick tick-x" style="left:${percent(at)}%">${text}</span>`)}
${labels}
</div>
</div>`;
}

/** Of the square of 100, to a hundredth. */
export function percent(share: number): number {
  return Math.round(share * 10_000) / 100;
}

/** Path data through points of the unit square, y upward. */
export function pathThrough(points: readonly { x: number; y: number }[]): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${percent(x)} ${percent(1 - y)}`)
    .join('');
}
