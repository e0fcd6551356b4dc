// What the glide knows: a plan, made when fixes come, of the legs that the car is shown to drive. The plan only grows
// at its end, so the car goes on without a jump whatever comes, and where it is depends on the time alone.

import type { Fix } from '@tripcast/protocol';
import { type Coast, coastedSpot, coastFrom } from './coast.ts';
import { type Leg, legBetween, spotOnLeg } from './leg.ts';
import {
  playbackDelayMs,
  type Rhythm,
  UNKNOWN_RHYTHM,
  withInterval,
  withPace,
  withTransit,
} from './playback-delay.ts';
import type { RouteArc } from './route-arc.ts';
import { firstSpot, nextSpot, type Spot, spotOnto } from './spot.ts';

/** Immutable: `receiveFixes` and its like answer with a new one. All moments are by the server's clock, ms. */
export interface GlideBuffer {
  readonly route: RouteArc | undefined;
  readonly rhythm: Rhythm;
  readonly newest: Fix | undefined;
  /** The newest is last; each starts where and when the one before it ends. */
  readonly legs: readonly Leg[];
  /** What follows the last leg while no fix comes. */
  readonly coast: Coast | undefined;
}

export const EMPTY_BUFFER: GlideBuffer = {
  route: undefined,
  rhythm: UNKNOWN_RHYTHM,
  newest: undefined,
  legs: [],
  coast: undefined,
};

/** Driven legs are kept this long: a frame's time lies a moment before the message that came during it. */
const LEGS_KEPT_MS = 1_000;
const LEAD_IN_MS = 50;

/** The buffer with another planned route. What is planned already is still driven on the old one. */
export function withRoute(buffer: GlideBuffer, route: RouteArc | undefined): GlideBuffer {
  return buffer.route === route ? buffer : { ...buffer, route };
}

/** The buffer after the vehicle's pace was announced. */
export function withVehiclePace(buffer: GlideBuffer, paceMs: number): GlideBuffer {
  return { ...buffer, rhythm: withPace(buffer.rhythm, paceMs) };
}

/**
 * The buffer with the fixes of one message, oldest first; what is not newer than its newest fix is left out.
 * The first fixes ever are shown at once.
 * @param nowMs when they came, by the server's clock
 */
export function receiveFixes(buffer: GlideBuffer, fixes: readonly Fix[], nowMs: number): GlideBuffer {
  const fresh = fixes.filter((fix) => buffer.newest === undefined || fix.time > buffer.newest.time);
  const newest = fresh.at(-1);
  if (!newest) return buffer;
  const rhythm = measured(buffer, fixes, fresh, nowMs);
  const delayMs = playbackDelayMs(rhythm);

  if (!buffer.coast || !buffer.newest) {
    const spot = firstSpot(newest, buffer.route);
    const legs: Leg[] = [{ from: spot, to: spot, startMs: nowMs, endMs: nowMs, way: 'stand' }];
    return { ...buffer, rhythm, newest, legs, coast: coastFrom(spot, nowMs, newest.time + delayMs) };
  }

  const legs = [...keptLegs(buffer, buffer.coast, nowMs)];
  let previous = buffer.newest;
  for (const fix of withoutOverdue(fresh, legs.at(-1)!.endMs - delayMs)) {
    const { to: last, endMs } = legs.at(-1)!;
    const from = spotOnto(last, buffer.route);
    const to = nextSpot(from, fix, buffer.route);
    legs.push(legBetween(from, to, endMs, fix.time + delayMs, fix.time - previous.time));
    previous = fix;
  }
  const { to, endMs } = legs.at(-1)!;
  return { ...buffer, rhythm, newest, legs, coast: coastFrom(to, endMs, newest.time + delayMs) };
}

/** The legs that are still of use, up to the end of the plan or, when the car coasts, up to where it has come. */
function keptLegs(buffer: GlideBuffer, coast: Coast, nowMs: number): Leg[] {
  const legs = buffer.legs.filter((leg) => leg.endMs > nowMs - LEGS_KEPT_MS);
  if (nowMs <= coast.startMs) return legs;
  const beforeMs = Math.max(coast.startMs, nowMs - LEAD_IN_MS);
  const from = coastedSpot(coast, beforeMs);
  const to = coastedSpot(coast, nowMs);
  const way = to.onRoute ? 'route' : 'straight';
  return [...legs, { from, to, startMs: beforeMs, endMs: nowMs, way }];
}

/** Of the fixes at whose time the car should have been before, only the last one is driven to: the past is no film. */
function withoutOverdue(fixes: readonly Fix[], beforeTime: number): Fix[] {
  return fixes.filter((_, index) => {
    const next = fixes[index + 1];
    return next === undefined || next.time > beforeTime;
  });
}

/** One fix a message is live and tells how the network is; more of them are a backlog. */
function measured(buffer: GlideBuffer, fixes: readonly Fix[], fresh: readonly Fix[], nowMs: number): Rhythm {
  let { rhythm } = buffer;
  let previous = buffer.newest;
  for (const fix of fresh) {
    if (previous) rhythm = withInterval(rhythm, fix.time - previous.time);
    previous = fix;
  }
  return buffer.newest && fixes.length === 1 ? withTransit(rhythm, nowMs - fixes[0]!.time) : rhythm;
}

/** Where the plan has the car at `nowMs`; `undefined` while no fix is known. */
export function plannedSpot(buffer: GlideBuffer, nowMs: number): { spot: Spot; leg?: Leg } | undefined {
  if (!buffer.coast) return undefined;
  if (nowMs > buffer.coast.startMs) return { spot: coastedSpot(buffer.coast, nowMs) };
  const leg = buffer.legs.find(({ endMs }) => nowMs <= endMs) ?? buffer.legs.at(-1)!;
  return { spot: spotOnLeg(leg, nowMs), leg };
}
