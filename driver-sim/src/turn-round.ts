// A car that stands the other way turns round before it drives: to the left in a half circle, and back to its line. Who
// plans a way knows nothing of that; a phone measures it.

import type { Coordinates } from '@tripcast/protocol';
import { displacement, offset } from './ground.ts';
import { appendPoint, placeAlong, type Route, segmentAt } from './route.ts';

/** An everyday car's turning circle, m. */
const RADIUS_METRES = 5;
/** It is on its line again so far from where it stood, m. */
const BACK_ON_LINE_METRES = 15;
const ARC_STEPS = 12;
const LINE_STEPS = 8;

/** The way that the car drives, where a route is planned for a car that looks the other way; a shorter one is as planned. */
export function turnedRound(route: Route): Route {
  if (route.lengthMetres < 2 * BACK_ON_LINE_METRES) return route;
  const start = route.points[0]!;
  const ahead = unit(displacement(start, placeAlong(route, RADIUS_METRES)));
  const right = { east: ahead.north, north: -ahead.east };
  const [limitMps] = route.limitsMps as [number];
  const driven: Route = {
    ...route,
    points: [],
    alongMetres: [],
    limitsMps: [],
    lengthMetres: 0,
    plannedPoints: route.points,
  };

  for (let step = 0; step <= ARC_STEPS; step++) {
    const angle = (Math.PI * step) / ARC_STEPS;
    const aside = RADIUS_METRES * (1 - Math.cos(angle));
    const back = RADIUS_METRES * Math.sin(angle);
    appendPoint(driven, moved(start, aside, -back), limitMps);
  }
  for (let step = 1; step <= LINE_STEPS; step++) {
    const share = step / LINE_STEPS;
    const aside = 2 * RADIUS_METRES * (1 - share ** 2 * (3 - 2 * share));
    appendPoint(driven, moved(placeAlong(route, share * BACK_ON_LINE_METRES), aside, 0), limitMps);
  }
  const moreMetres = driven.lengthMetres - BACK_ON_LINE_METRES;
  for (let index = segmentAt(route, BACK_ON_LINE_METRES) + 1; index < route.points.length; index++) {
    appendPoint(driven, route.points[index]!, route.limitsMps[index - 1]!);
  }
  driven.signals = route.signals.map((signal) => ({
    ...signal,
    alongMetres: signal.alongMetres + moreMetres,
  }));
  driven.streets = route.streets.map((street, index) =>
    index === 0 ? street : { ...street, fromMetres: street.fromMetres + moreMetres },
  );
  return driven;

  function moved(place: Coordinates, rightMetres: number, aheadMetres: number): Coordinates {
    return offset(
      place,
      right.east * rightMetres + ahead.east * aheadMetres,
      right.north * rightMetres + ahead.north * aheadMetres,
    );
  }
}

function unit({ east, north }: { east: number; north: number }): { east: number; north: number } {
  const length = Math.hypot(east, north);
  return { east: east / length, north: north / length };
}
