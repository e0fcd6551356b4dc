// Every row: its value, what it is held to, and the two simpler markers beside ours.

import { ROW_GROUPS, type Row, type RowGroup } from '../result.ts';
import { type Html, html } from './html.ts';
import { percent } from './plot/plot.ts';
import { quantity } from './quantity.ts';

const HEADINGS: Record<RowGroup, string> = {
  delivery: 'Delivery',
  latency: 'Latency',
  truth: 'Truth',
  cost: 'Cost',
};

export function scorecard(rows: readonly Row[]): Html {
  const hasQuietBudgets = rows.some(({ budget }) => budget?.dependsOnMachine);
  return html`<section id="scorecard">
<h2>Scorecard</h2>
<div class="cards">${ROW_GROUPS.map((group) =>
    card(
      group,
      rows.filter((row) => row.group === group),
    ),
  )}</div>
<p class="note"><span class="key key-shown"></span> ours <span class="key key-raw"></span> a marker that jumps to each fix <span class="key key-lerp"></span> a naive lerp <span class="key key-budget"></span> budget${hasQuietBudgets && html` · * held only where the machine is quiet`}</p>
</section>`;
}

function card(group: RowGroup, rows: readonly Row[]): Html | undefined {
  if (rows.length === 0) return undefined;
  const hasBaselines = rows.some(({ baselines }) => baselines);
  return html`<div class="card card-${group}">
<table>
<caption>${HEADINGS[group]}</caption>
<thead><tr><th scope="col">Measured</th><th scope="col" class="number">Value</th><th scope="col" class="number">Budget</th>${hasBaselines && html`<th scope="col" class="number baseline-head">Jumping</th><th scope="col" class="number baseline-head">Lerp</th>`}<th scope="col" class="bar-cell"><span class="visually-hidden">Compared</span></th></tr></thead>
<tbody>${rows.map((row) => line(row, hasBaselines))}</tbody>
</table>
</div>`;
}

function line(row: Row, hasBaselines: boolean): Html {
  const { title, value, unit, budget, pass, baselines } = row;
  const state = pass === undefined ? '' : pass ? 'held' : 'broken';
  const isPart = /^(\p{Ll}|p\d)/u.test(title);
  return html`<tr class="${state}">
<th scope="row"${isPart && html` class="part"`}>${title}${baselines && html`<small class="rivals">jumping ${quantity(baselines.raw, unit)}, lerp ${quantity(baselines.lerp, unit)}</small>`}</th>
<td class="number value">${state && mark(state)}${quantity(value, unit)}</td>
<td class="number budget">${budget && `≤ ${quantity(budget.atMost, unit)}${budget.dependsOnMachine ? ' *' : ''}`}</td>
${
  hasBaselines &&
  html`<td class="number baseline">${baselines && quantity(baselines.raw, unit)}</td>
<td class="number baseline">${baselines && quantity(baselines.lerp, unit)}</td>`
}
<td class="bar-cell">${bar(row)}</td>
</tr>`;
}

function mark(state: 'held' | 'broken'): Html {
  return state === 'held'
    ? html`<span class="mark held"><span aria-hidden="true">✓</span><span class="visually-hidden">held: </span></span>`
    : html`<span class="mark broken"><span aria-hidden="true">✗</span><span class="visually-hidden">broken: </span></span>`;
}

/** The value as a bar, with its budget and the baselines as marks on the same scale; nothing where none has a size. */
function bar({ value, budget, baselines }: Row): Html | undefined {
  if (!budget && !baselines) return undefined;
  const rivals = [baselines?.raw, baselines?.lerp].map((rival) => rival ?? 0);
  const most = 1.08 * Math.max(value ?? 0, budget?.atMost ?? 0, ...rivals);
  if (most === 0) return undefined;
  const at = (of: number | null | undefined, className: string) =>
    of != null && html`<i class="${className}" style="left:${percent(of / most)}%"></i>`;
  return html`<span class="bar" aria-hidden="true"><i class="bar-value" style="width:${percent((value ?? 0) / most)}%"></i>${at(baselines?.raw, 'at-raw')}${at(baselines?.lerp, 'at-lerp')}${at(budget?.atMost, 'at-budget')}</span>`;
}
