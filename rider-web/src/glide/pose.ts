import type { Coordinates } from '@tripcast/protocol';
import { type GlideBuffer, plannedSpot } from './buffer.ts';
import { isCoasting } from './coast.ts';
import { normalHeading } from './heading.ts';
import { opacityOnLeg } from './leg.ts';
import type { RouteArc } from './route-arc.ts';

/** What is shown of a car at one moment, and how true it is. */
export interface Pose extends Coordinates {
  /** Degrees clockwise from north, 0 ≤ heading < 360. */
  heading: number;
  /**
   * `measured`: at a fix, or standing at one. `interpolated`: on its way between two. `extrapolated`: ahead of the
   * newest one, guessed. `stale`: where it was last known or guessed; nothing has come for too long.
   */
  kind: 'measured' | 'interpolated' | 'extrapolated' | 'stale';
  /** The age of the newest fix, ms, never below 0. */
  ageMs: number;
  /** The moment that is shown, ms since the Unix epoch: for a smooth glide it lies behind now. */
  shownTime: number;
  /** Below 1 while the car fades from one place to another that it can't be shown to drive to. */
  opacity: number;
  /** Set while the car is on its route: how far along, m. */
  onRoute?: { route: RouteArc; metres: number };
}

/** Bridging this much to the next fix is no guesswork: it is on its way. */
const JITTER_MS = 250;

/**
 * Where the car is shown at `nowMs` (server's clock); `undefined` while no fix is known. Pure: the same buffer and
 * time give the same pose, so it may be asked at any rate, late, or never.
 */
export function poseAt(buffer: GlideBuffer, nowMs: number): Pose | undefined {
  const planned = plannedSpot(buffer, nowMs);
  if (!planned || !buffer.newest || !buffer.coast) return undefined;
  const { spot, leg } = planned;
  const pose: Pose = {
    latitude: spot.latitude,
    longitude: spot.longitude,
    heading: normalHeading(spot.heading),
    kind: 'measured',
    ageMs: Math.max(0, nowMs - buffer.newest.time),
    shownTime: spot.time,
    opacity: leg ? opacityOnLeg(leg, nowMs) : 1,
  };
  if (spot.onRoute) pose.onRoute = spot.onRoute;
  if (nowMs >= buffer.coast.limitMs && !leg) pose.kind = 'stale';
  else if (isCoasting(buffer.coast, nowMs - JITTER_MS)) pose.kind = 'extrapolated';
  else if (isCoasting(buffer.coast, nowMs) || (leg && leg.way !== 'stand')) pose.kind = 'interpolated';
  return pose;
}
