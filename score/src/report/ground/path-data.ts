import type { Spot } from '../page/scene.ts';

/** SVG path data in decimetres' precision, relative, so that a city's streets stay small. Areas are closed. */
export function pathData(line: readonly Spot[], { closed = false } = {}): string {
  if (line.length < 2) return '';
  let [east, south] = [0, 0];
  const steps = line.map((spot) => {
    const [toEast, toSouth] = [rounded(spot.east), rounded(spot.south)];
    const step = `${rounded(toEast - east)} ${rounded(toSouth - south)}`;
    [east, south] = [toEast, toSouth];
    return step;
  });
  const [start, ...rest] = steps;
  return `M${start}l${rest.join(' ')}${closed ? 'z' : ''}`.replaceAll(' -', '-');
}

function rounded(metres: number): number {
  return Math.round(metres * 10) / 10;
}
