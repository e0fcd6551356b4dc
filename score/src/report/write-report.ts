// The report: one HTML file that opens anywhere, without a network, and asks for nothing.

import { readFileSync } from 'node:fs';
import type { ScoreResult } from '../result.ts';
import { errors } from './errors.ts';
import { readCityMap } from './ground/city-map.ts';
import { histograms } from './histograms.ts';
import { type Html, html, rawText } from './html.ts';
import { replay } from './replay.ts';
import { scorecard } from './scorecard.ts';
import { timeline } from './timeline.ts';
import { verdict } from './verdict.ts';

const STYLES = new URL('../../src/report/report.css', import.meta.url);
/** Where all scenarios are driven. */
const CITY = 'montevideo';
/** Nothing may be fetched, whatever a result contains. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** The whole page. @throws Error when the packages are not built */
export function writeReport(result: ScoreResult): string {
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${result.scenario} · Tripcast scorecard</title>
<link rel="icon" href="data:,">
<style>${rawText(readFileSync(STYLES, 'utf8'))}</style>
</head>
<body>
<main>
${verdict(result)}
${scorecard(result.rows)}
${timeline(result)}
${replay(result, readCityMap(CITY))}
${errors(result)}
${histograms(result.distributions)}
${conditions(result)}
</main>
</body>
</html>
`;
  return text;
}

/** What the world was made of, and on what it ran: without it the figures say little. */
function conditions({ parameters, machine, notes, scenario, seed }: ScoreResult): Html {
  const facts = [
    ...parameters,
    { name: 'machine', value: `${machine.cpu} × ${machine.cores}, ${gigabytes(machine.memoryBytes)} memory` },
    { name: 'versions', value: `Node ${machine.node}${machine.redis ? `, Redis ${machine.redis}` : ''}` },
  ];
  return html`<section id="conditions">
<h2>The world that was measured</h2>
${notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<dl class="conditions">${facts.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p class="note">Again: <code>npm run score -- ${scenario} --seed ${seed}</code></p>
</section>`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(0)} GB`;
}
