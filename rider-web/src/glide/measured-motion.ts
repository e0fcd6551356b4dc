// How fast a car drives, and where to: as its phone says, or as its places tell.

import type { Coordinates, Fix } from '@tripcast/protocol';
import { bearingBetween, metresBetween } from './geodesy.ts';
import { turnBetween } from './heading.ts';

export interface Velocity {
  /** m/s; 0 while the car is parked. */
  readonly speed: number;
  /** Degrees. While the car stands, the one it had. */
  readonly heading: number;
  /** Where a car without a speedometer was first seen standing. */
  readonly anchor?: Coordinates;
}

/** What was known at the fix before. */
export interface Seen extends Velocity {
  readonly fix: Fix;
}

/** A car drives no faster: 250 km/h. What is measured above it is an error of measurement. */
export const SPEED_LIMIT = 70;
/** Below this a car is parked, and what moves is the GPS: 2 km/h; and when its receiver tells no heading, below that. */
const PARKED_SPEED = 0.6;
const PARKED_SPEED_UNHEADED = 1;
export const UNKNOWN_ACCURACY_METRES = 10;

/** Of a velocity that is only known from places, this much is new with each fix. */
const VELOCITY_GAIN = 0.5;

export function accuracyOf(fix: Fix): number {
  return Math.max(1, fix.accuracy ?? UNKNOWN_ACCURACY_METRES);
}

/** The car's velocity as measured, or as its places tell. */
export function motionOf(previous: Seen, fix: Fix, seconds: number): Velocity {
  if (fix.speed !== undefined) {
    const isParked = fix.speed < (fix.heading === undefined ? PARKED_SPEED_UNHEADED : PARKED_SPEED);
    const speed = isParked ? 0 : Math.min(fix.speed, SPEED_LIMIT);
    if (fix.heading !== undefined) return { speed, heading: speed > 0 ? fix.heading : previous.heading };
    const moved = metresBetween(previous.fix, fix);
    const isClear = speed > 2 && moved > accuracyOf(fix) / 2;
    return { speed, heading: isClear ? bearingBetween(previous.fix, fix) : previous.heading };
  }
  const radius = accuracyOf(fix) * (fix.accuracy === undefined ? 0.6 : 1.2);
  if (previous.anchor && metresBetween(previous.anchor, fix) < radius) {
    return { speed: 0, heading: previous.heading, anchor: previous.anchor };
  }
  const moved = metresBetween(previous.fix, fix);
  const measured = Math.min(SPEED_LIMIT, moved / seconds);
  if (previous.speed > 0 && previous.speed + measured < 2 && moved < radius) {
    return { speed: 0, heading: previous.heading, anchor: placeOf(fix) };
  }
  const bearing = moved > 0.5 ? bearingBetween(previous.fix, fix) : previous.heading;
  const gain = previous.speed > 0 ? VELOCITY_GAIN : 1;
  const heading =
    measured > 2 ? previous.heading + turnBetween(previous.heading, bearing) * gain : previous.heading;
  return { speed: Math.max(0.1, previous.speed + gain * (measured - previous.speed)), heading };
}

export function parkedToZero(speed: number): number {
  return speed < PARKED_SPEED ? 0 : speed;
}

export function placeOf({ latitude, longitude }: Coordinates): Coordinates {
  return { latitude, longitude };
}
