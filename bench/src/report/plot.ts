// Pictures for docs/benchmarks.md: SVG that stands alone, on white, readable on paper.

export interface Line {
  title: string;
  points: readonly { x: number; y: number }[];
  /** Ours are drawn strong. */
  isStrong: boolean;
}

export interface Plot {
  title: string;
  xTitle: string;
  yTitle: string;
  lines: readonly Line[];
}

const [WIDTH, HEIGHT] = [860, 480];
const AREA = { left: 64, right: 590, top: 40, bottom: 430 };
const LEGEND_X = 612;
const LEGEND_STEP = 20;
const COLOURS = [
  '#0b62d6',
  '#0b9b8a',
  '#5b3fd1',
  '#c23b22',
  '#e08a00',
  '#8a6d3b',
  '#b0307f',
  '#4d4d4d',
  '#93a1ad',
];
const TICKS = [1, 2, 5];

/** Lines over two logarithmic axes. */
export function linePlot({ title, xTitle, yTitle, lines }: Plot): string {
  const drawn = lines.filter(({ points }) => points.length > 0);
  const xs = drawn.flatMap(({ points }) => points.map(({ x }) => x));
  const ys = drawn.flatMap(({ points }) => points.map(({ y }) => y));
  const x = logScale(xs, AREA.left, AREA.right);
  const y = logScale(ys, AREA.bottom, AREA.top);
  const grid = [
    ...ticksIn(xs).map(
      (tick) =>
        `<line x1="${x(tick)}" x2="${x(tick)}" y1="${AREA.top}" y2="${AREA.bottom}"/><text x="${x(tick)}" y="${AREA.bottom + 16}" text-anchor="middle">${short(tick)}</text>`,
    ),
    ...ticksIn(ys).map(
      (tick) =>
        `<line x1="${AREA.left}" x2="${AREA.right}" y1="${y(tick)}" y2="${y(tick)}"/><text x="${AREA.left - 6}" y="${y(tick) + 4}" text-anchor="end">${short(tick)}</text>`,
    ),
  ];
  const curves = drawn.map((line, nth) => {
    const colour = COLOURS[nth % COLOURS.length]!;
    const path = line.points
      .map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`)
      .join('');
    const dots = line.points
      .map((point) => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="2.5"/>`)
      .join('');
    const legendY = AREA.top + 8 + nth * LEGEND_STEP;
    return `<g stroke="${colour}" fill="${colour}"><path d="${path}" fill="none" stroke-width="${line.isStrong ? 3 : 1.5}"/>${dots}<line x1="${LEGEND_X}" x2="${LEGEND_X + 18}" y1="${legendY}" y2="${legendY}" stroke-width="${line.isStrong ? 3 : 1.5}"/></g><text x="${LEGEND_X + 24}" y="${legendY + 4}">${escaped(line.title)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="11" role="img" aria-label="${escaped(title)}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${AREA.left}" y="22" font-size="15" font-weight="600">${escaped(title)}</text>
<g stroke="#e3e6ea" fill="#555"><g stroke-width="1">${grid.join('').replaceAll('<text', '<text stroke="none"')}</g></g>
<text x="${(AREA.left + AREA.right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(xTitle)}</text>
<text transform="translate(16 ${(AREA.top + AREA.bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(yTitle)}</text>
${curves.join('\n')}
</svg>
`;
}

function logScale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  return (value) => round(from + ((Math.log(value) - low) / (high - low || 1)) * (to - from));
}

/** 1, 2 and 5 of each power of ten among the values. */
function ticksIn(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const powers = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, nth) => Math.floor(Math.log10(low)) + nth,
  );
  return powers
    .flatMap((power) => TICKS.map((tick) => Number((tick * 10 ** power).toPrecision(1))))
    .filter((tick) => tick >= low && tick <= high);
}

function short(value: number): string {
  return value >= 1_000 ? `${value / 1_000}k` : String(value);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
