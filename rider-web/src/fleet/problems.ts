// What may be wrong with a vehicle, from what is heard of it.

import type { Coordinates, Fix, FleetVehicle } from '@tripcast/client';
import { metresBetween, nearestOnRoute, type RouteArc } from '../glide/index.ts';
import { freshnessOf } from './vehicle-state.ts';

export const PROBLEMS = ['gap', 'jump', 'stuck', 'offRoute', 'late'] as const;
export type ProblemKind = (typeof PROBLEMS)[number];

export interface VehicleProblem {
  kind: ProblemKind;
  /** Since when, by the server's clock, ms. */
  since: number;
  /** How much of it: m for a jump and off the route, ms for the others. */
  amount: number;
}

/** What is remembered of a vehicle, to tell a problem from one look. Times by the server's clock, ms. */
export interface Watch {
  /** Where it has not gone away from since `restingSince`. */
  restingAt: Coordinates;
  restingSince: number;
  jump: { at: number; metres: number } | undefined;
}

/** No car drives so fast, m/s. */
const TOO_FAST = 70;
const JUMP_METRES = 150;
/** A jump is told of for this long, ms. */
const JUMP_TOLD_MS = 60_000;
/** Within this it has not moved, m. */
const REST_METRES = 30;
const STUCK_MS = 180_000;
const OFF_ROUTE_METRES = 120;
const LATE_MS = 120_000;

/** What is remembered after `fix`. */
export function watchOn(watch: Watch | undefined, previous: Fix | undefined, fix: Fix): Watch {
  if (!watch || !previous) return { restingAt: fix, restingSince: fix.time, jump: undefined };
  const metres = metresBetween(previous, fix);
  const seconds = Math.max(1, (fix.time - previous.time) / 1000);
  const jumped = metres >= JUMP_METRES && metres / seconds > TOO_FAST;
  const rests = metresBetween(watch.restingAt, fix) <= REST_METRES;
  return {
    restingAt: rests ? watch.restingAt : fix,
    restingSince: rests ? watch.restingSince : fix.time,
    jump: jumped ? { at: fix.time, metres } : watch.jump,
  };
}

/** @param route of its trip, where that is known @param nowMs by the server's clock */
export function problemsOf(
  vehicle: Pick<FleetVehicle, 'online' | 'paceMs' | 'trip'>,
  fix: Fix,
  watch: Watch,
  route: RouteArc | undefined,
  nowMs: number,
): VehicleProblem[] {
  const problems: VehicleProblem[] = [];
  const { trip, online } = vehicle;
  const drives = trip?.status.startsWith('ENROUTE') ?? false;
  const isUnderWay = drives || trip?.status === 'ARRIVED_AT_PICKUP';
  const ageMs = nowMs - fix.time;
  if ((online || isUnderWay) && freshnessOf(vehicle, ageMs) !== 'live') {
    problems.push({ kind: 'gap', since: fix.time, amount: ageMs });
  }
  if (watch.jump && nowMs - watch.jump.at < JUMP_TOLD_MS) {
    problems.push({ kind: 'jump', since: watch.jump.at, amount: watch.jump.metres });
  }
  const restedMs = fix.time - watch.restingSince;
  if (drives && restedMs >= STUCK_MS) {
    problems.push({ kind: 'stuck', since: watch.restingSince, amount: restedMs });
  }
  const awayMetres = drives && route ? nearestOnRoute(route, fix).besideMetres : 0;
  if (awayMetres > OFF_ROUTE_METRES) {
    problems.push({ kind: 'offRoute', since: fix.time, amount: awayMetres });
  }
  const lateMs = trip?.eta === undefined ? 0 : nowMs - trip.eta;
  if (drives && lateMs > LATE_MS) problems.push({ kind: 'late', since: trip!.eta!, amount: lateMs });
  return problems;
}
