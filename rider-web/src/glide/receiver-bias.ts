// A receiver among high buildings takes an echo for a satellite: from one fix to the next its places lie some twenty
// metres aside, and some seconds later they don't. A car that says how fast it drives can't have done that, so the step
// is the receiver's. It is remembered as what the receiver is off by, for as long as an echo may last, and then forgotten,
// lest we be the ones who err.

import type { Coordinates, Fix } from '@tripcast/protocol';
import { wrapLongitude } from './geodesy.ts';

/** Metres. */
export interface Offset {
  readonly east: number;
  readonly north: number;
}

const NO_OFFSET: Offset = { east: 0, north: 0 };

/** A receiver's ordinary error changes by less than this from one fix to the next, and what is foreseen of a second. */
const STEP_METRES = { least: 7, perSecond: 4, perAccuracy: 0.5 };
/** Over a longer gap a car may have turned and stopped as it likes. */
const FORESEEN_SECONDS = 3;
/** An echo seldom lasts longer: what is older was none, or its end was not seen. */
const ECHO_SECONDS = 20;
/** A bias is forgotten by 63 % in this time. */
const FORGOTTEN_SECONDS = { echo: 90, older: 8 };
const METRES_PER_DEGREE = 111_195;

/** What a receiver is off by after its next fix, and how far that fix lies from where it was expected. */
export interface Bias {
  readonly offset: Offset;
  readonly residual: Offset;
  /** For how long there has been that offset, s. */
  readonly heldSeconds: number;
}

export const NO_BIAS: Bias = { offset: NO_OFFSET, residual: NO_OFFSET, heldSeconds: 0 };

/** @param expected where the car should be at the fix by how it drove */
export function nextBias(
  before: Bias,
  fix: Fix,
  expected: Coordinates,
  seconds: number,
  accuracy: number,
): Bias {
  const heldSeconds = before.heldSeconds + seconds;
  const { echo, older } = FORGOTTEN_SECONDS;
  const kept = Math.exp(-seconds / (heldSeconds < ECHO_SECONDS ? echo : older));
  const offset = { east: faded(before.offset.east * kept), north: faded(before.offset.north * kept) };
  const measured = offsetBetween(expected, fix);
  const residual = { east: measured.east - offset.east, north: measured.north - offset.north };
  const step = { east: residual.east - before.residual.east, north: residual.north - before.residual.north };
  const more = STEP_METRES.perSecond * Math.max(0, seconds - 1);
  const limit = STEP_METRES.least + more + STEP_METRES.perAccuracy * accuracy;
  if (seconds > FORESEEN_SECONDS || Math.hypot(step.east, step.north) < limit) {
    return { offset, residual, heldSeconds };
  }
  const stepped = { east: offset.east + step.east, north: offset.north + step.north };
  const isOver = Math.hypot(stepped.east, stepped.north) < limit;
  const isFirst = offset.east === 0 && offset.north === 0;
  // One step aside and one back is an echo. More of them are a car that drives elsewhere than we believe.
  return isFirst && !isOver
    ? { offset: stepped, residual: before.residual, heldSeconds: 0 }
    : { ...NO_BIAS, residual: measured };
}

/** What is still held of a bias at a fix of which nobody knows well where it was expected: nothing, when it fits better without. */
export function biasAtTurn(before: Bias, fix: Fix, expected: Coordinates): Bias {
  const { east, north } = offsetBetween(expected, fix);
  const without = Math.hypot(east, north);
  const within = Math.hypot(east - before.offset.east, north - before.offset.north);
  return without + STEP_METRES.least < within ? NO_BIAS : before;
}

/** The same bias for a car that is believed to be elsewhere now. */
export function rebased({ offset, heldSeconds }: Bias, place: Coordinates, fix: Fix): Bias {
  const { east, north } = offsetBetween(place, fix);
  return { offset, residual: { east: east - offset.east, north: north - offset.north }, heldSeconds };
}

/** The fix without what its receiver is off by. */
export function withoutBias(fix: Fix, { east, north }: Offset): Fix {
  if (east === 0 && north === 0) return fix;
  return {
    ...fix,
    latitude: fix.latitude - north / METRES_PER_DEGREE,
    longitude: wrapLongitude(fix.longitude - east / (METRES_PER_DEGREE * shrink(fix))),
  };
}

/** What is left of a bias in the end is none. */
function faded(metres: number): number {
  return Math.abs(metres) < 1 ? 0 : metres;
}

function offsetBetween(a: Coordinates, b: Coordinates): Offset {
  return {
    east: wrapLongitude(b.longitude - a.longitude) * METRES_PER_DEGREE * shrink(a),
    north: (b.latitude - a.latitude) * METRES_PER_DEGREE,
  };
}

/** Of a degree of longitude there; not nothing at the poles. */
function shrink({ latitude }: Coordinates): number {
  return Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
}
