// The part of the city that the replay needs: lines and areas cut to a box of the plane. Metres east and south.

import type { Spot } from '../page/scene.ts';

export interface PlaneBox {
  west: number;
  east: number;
  north: number;
  south: number;
}

/**
 * The smallest box around some places, and `margin` metres more; around the origin where there are none. It does not
 * reach further than `reach` metres from the origin.
 */
export function boxAround(
  spots: readonly Spot[],
  margin: number,
  reach = Number.POSITIVE_INFINITY,
): PlaneBox {
  const box = { west: 0, east: 0, north: 0, south: 0 };
  for (const [index, { east, south }] of spots.entries()) {
    box.west = index === 0 ? east : Math.min(box.west, east);
    box.east = index === 0 ? east : Math.max(box.east, east);
    box.north = index === 0 ? south : Math.min(box.north, south);
    box.south = index === 0 ? south : Math.max(box.south, south);
  }
  return {
    west: Math.max(-reach, box.west - margin),
    east: Math.min(reach, box.east + margin),
    north: Math.max(-reach, box.north - margin),
    south: Math.min(reach, box.south + margin),
  };
}

/** The runs of a line near the box. Segments stay whole: what hangs over is not seen. */
export function lineNearBox(line: readonly Spot[], box: PlaneBox): Spot[][] {
  const runs: Spot[][] = [];
  let run: Spot[] | undefined;
  for (let index = 1; index < line.length; index++) {
    const [from, to] = [line[index - 1]!, line[index]!];
    if (mayTouch(from, to, box)) {
      if (!run) {
        run = [from];
        runs.push(run);
      }
      run.push(to);
    } else {
      run = undefined;
    }
  }
  return runs;
}

function mayTouch(a: Spot, b: Spot, box: PlaneBox): boolean {
  return (
    Math.min(a.east, b.east) <= box.east &&
    Math.max(a.east, b.east) >= box.west &&
    Math.min(a.south, b.south) <= box.south &&
    Math.max(a.south, b.south) >= box.north
  );
}

/** A side of the box: how far inside of it a place lies, negative outside. */
type Side = (spot: Spot) => number;

/** The part of an area that lies in the box (Sutherland–Hodgman: one side of the box after the other). */
export function areaInBox(ring: readonly Spot[], box: PlaneBox): Spot[] {
  const sides: Side[] = [
    ({ east }) => east - box.west,
    ({ east }) => box.east - east,
    ({ south }) => south - box.north,
    ({ south }) => box.south - south,
  ];
  return sides.reduce<Spot[]>(cutAtSide, [...ring]);
}

function cutAtSide(ring: Spot[], inside: Side): Spot[] {
  const cut: Spot[] = [];
  for (const [index, to] of ring.entries()) {
    const from = ring.at(index - 1)!; // the last one before the first
    const [a, b] = [inside(from), inside(to)];
    if (a * b < 0) cut.push(between(from, to, a / (a - b)));
    if (b >= 0) cut.push(to);
  }
  return cut;
}

function between(from: Spot, to: Spot, fraction: number): Spot {
  return {
    east: from.east + (to.east - from.east) * fraction,
    south: from.south + (to.south - from.south) * fraction,
  };
}
