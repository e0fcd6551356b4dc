// A fix in `tripcast.v1+json`: `{"type":"fix",latitude,longitude,heading,speed,accuracy,time,simulated?}`, both ways.

import type { Fix } from './fix.ts';
import { MAX_TIME } from './fix-codec.ts';

/** A fix as the `+json` subprotocol and a rider's `hello` carry it. */
export interface FixEvent extends Fix {
  type: 'fix';
}

export function fixEvent(fix: Fix): FixEvent {
  return { type: 'fix', ...fix };
}

/**
 * The fix that a JSON object describes, or `undefined` when a field is missing, of the wrong type or out of range.
 * `null` and absent both mean unknown. Other fields are ignored.
 */
export function parseFix(value: object): Fix | undefined {
  const { latitude, longitude, heading, speed, accuracy, time, simulated } = value as Record<string, unknown>;
  if (!isWithin(latitude, -90, 90) || !isWithin(longitude, -180, 180)) return undefined;
  if (!isWithin(time, 0, MAX_TIME) || !Number.isInteger(time)) return undefined;
  const fix: Fix = { latitude, longitude, time };
  if (heading !== undefined && heading !== null) {
    if (!isWithin(heading, 0, 360) || heading === 360) return undefined;
    fix.heading = heading;
  }
  if (speed !== undefined && speed !== null) {
    if (!isWithin(speed, 0, Number.MAX_VALUE)) return undefined;
    fix.speed = speed;
  }
  if (accuracy !== undefined && accuracy !== null) {
    if (!isWithin(accuracy, 0, Number.MAX_VALUE)) return undefined;
    fix.accuracy = accuracy;
  }
  if (simulated !== undefined && simulated !== null && typeof simulated !== 'boolean') return undefined;
  if (simulated) fix.simulated = true;
  return fix;
}

function isWithin(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && value >= low && value <= high;
}
