// What the car is shown to do when its fixes stop: it rolls on as it drove, slows down, and stands. Along the road
// where there is one. It never goes on for longer than 8 s or 150 m: after that nobody can know.

import { placeAhead } from './geodesy.ts';
import { PARKED_SPEED, type Spot, spotOnRoute } from './spot.ts';

export interface Coast {
  readonly from: Spot;
  readonly startMs: number;
  /** When the last fix is too old to go by. */
  readonly limitMs: number;
}

const COAST_MS = 8_000;
const COAST_METRES = 150;

/** @param dueMs when the last fix was due to be shown; counting from it, a late one is not extrapolated longer */
export function coastFrom(from: Spot, startMs: number, dueMs: number): Coast {
  return { from, startMs, limitMs: dueMs + COAST_MS };
}

/** Whether the car is moving by extrapolation at `nowMs`. */
export function isCoasting(coast: Coast, nowMs: number): boolean {
  return coast.from.speed >= PARKED_SPEED && nowMs > coast.startMs && nowMs < coast.limitMs;
}

/** Where the car has rolled to at `nowMs`. */
export function coastedSpot(coast: Coast, nowMs: number): Spot {
  const { from } = coast;
  const metres = from.speed >= PARKED_SPEED ? coastedMetres(coast, nowMs) : 0;
  const elapsedMs = Math.max(0, Math.min(nowMs, coast.limitMs) - coast.startMs);
  const time = from.time + elapsedMs;
  if (metres <= 0) return { ...from, time };
  const guessedMetres = (from.guessedMetres ?? 0) + metres;
  if (from.onRoute) {
    const { route } = from.onRoute;
    const end = Math.min(from.onRoute.metres + metres, route.lengthMetres);
    return { ...spotOnRoute(route, end, time, from.speed), guessedMetres };
  }
  return { ...from, ...placeAhead(from, from.heading, metres), time, guessedMetres };
}

/** Starts at the car's speed and slows down evenly to a stop at the limit. */
function coastedMetres({ from, startMs, limitMs }: Coast, nowMs: number): number {
  const horizon = Math.min((limitMs - startMs) / 1000, (2 * COAST_METRES) / from.speed);
  if (!(horizon > 0)) return 0;
  const elapsed = Math.max(0, Math.min((nowMs - startMs) / 1000, horizon));
  return from.speed * elapsed * (1 - elapsed / (2 * horizon));
}
