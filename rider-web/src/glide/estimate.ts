// From fixes to where the car is: each fix corrects what was expected of it. A phone's speed is good to a few cm/s
// while its place wanders by metres, so the speed carries the car on and the place only draws it along, gently. Where
// the route is known only the way along it has to be found.

import type { Coordinates, Fix } from '@tripcast/protocol';
import { placeAhead, placeBetween } from './geodesy.ts';
import { turnBetween } from './heading.ts';
import {
  betterLine,
  goneOn,
  leadsAlong,
  lineFor,
  NO_WAYS,
  type OnLine,
  type Ways,
  wayStillDriven,
} from './known-lines.ts';
import { accuracyOf, motionOf, parkedToZero, placeOf, type Seen, SPEED_LIMIT } from './measured-motion.ts';
import { type Bias, biasAtTurn, NO_BIAS, nextBias, rebased, withoutBias } from './receiver-bias.ts';
import { headingOnRoute, placeOnRoute } from './route-arc.ts';
import { followRoute } from './route-match.ts';

/** What is believed of the car at the time of a fix. */
export interface Estimate extends Coordinates, Seen {
  /** ms, the fix's. */
  readonly time: number;
  /** m/s². */
  readonly acceleration: number;
  /** The highest of its speeds, the older ones counting less, m/s: what it drives at where nothing is in its way. */
  readonly cruise: number;
  /** Of the place along the way, m². */
  readonly variance: number;
  /** Set while the car is on its route, or on a street that is known. */
  readonly onLine?: OnLine;
  /** How many fixes in a row lay too far from the line. */
  readonly strayed: number;
  /** What its receiver is off by. */
  readonly bias: Bias;
}

/** The error of a phone's place changes slowly: successive ones are not independent, and each counts for less, by this. */
const CORRELATED = 8;
/** How much less is known of the place after a second of driving by a measured, and by an unmeasured speed, m²/s. */
const DRIFT = { measured: 1.5, unmeasured: 60 };
/** How a car may have sped up and slowed down between two fixes, m/s². */
const UNSEEN_ACCELERATION = 0.5;
/** After this long nothing is expected. */
const FORGOTTEN_SECONDS = 10;
/** However sure we are, this much of the difference is believed. */
const LEAST_GAIN = 0.04;
/** A speed's change is believed up to hard braking and brisk starts, m/s². */
const ACCELERATION = { least: -3.5, most: 2 };
/** So many fixes in a row must lie off the route before the car has left it. */
const STRAYED_LIMIT = 3;
/** A speed counts as what a car drives at for about so long, s; before any is known this does, m/s. */
const CRUISE_SECONDS = 60;
const USUAL_CRUISE = 9;

/** The estimate from a first fix, or from one after which nothing before counts. */
export function firstEstimate(fix: Fix, ways: Ways): Estimate {
  const known = {
    time: fix.time,
    speed: parkedToZero(Math.min(fix.speed ?? 0, SPEED_LIMIT)),
    acceleration: 0,
    cruise: USUAL_CRUISE,
    variance: accuracyOf(fix) ** 2 / 2,
    strayed: 0,
    fix,
    bias: NO_BIAS,
    ...(fix.speed === undefined && { anchor: placeOf(fix) }),
  };
  const heading = fix.heading ?? 0;
  const onLine = lineFor(ways, fix, known.speed, heading);
  return onLine
    ? {
        ...known,
        ...placeOnRoute(onLine.line, onLine.metres),
        heading: headingOnRoute(onLine.line, onLine.metres),
        onLine,
      }
    : { ...known, ...placeOf(fix), heading };
}

/** The estimate at the fix that follows. */
export function nextEstimate(previous: Estimate, fix: Fix, ways: Ways): Estimate {
  const seconds = Math.max(0.05, (fix.time - previous.time) / 1000);
  if (seconds > FORGOTTEN_SECONDS) {
    const { heading = previous.heading } = fix;
    return { ...firstEstimate({ ...fix, heading }, ways), fix, cruise: previous.cruise };
  }
  const motion = motionOf(previous, fix, seconds);
  if (motion.speed === 0) return standing(previous, fix, motion.anchor);
  const acceleration = Math.max(
    ACCELERATION.least,
    Math.min(ACCELERATION.most, (motion.speed - previous.speed) / seconds),
  );
  const drivenMetres = ((previous.speed + motion.speed) / 2) * seconds;
  const drift = fix.speed === undefined ? DRIFT.unmeasured : DRIFT.measured;
  const unseen = (UNSEEN_ACCELERATION * Math.max(0, seconds - 1) ** 2) / 2;
  const grown = previous.variance + drift * seconds + unseen ** 2;
  const turn = turnBetween(previous.heading, motion.heading);
  const was = wayStillDriven(previous.onLine, drivenMetres, ways);
  const expectedMetres = was ? Math.min(was.line.lengthMetres, was.metres + drivenMetres) : 0;
  const expected = was
    ? placeOnRoute(was.line, expectedMetres)
    : placeAhead(previous, previous.heading + turn / 2, drivenMetres);
  const isUnsure =
    was !== undefined &&
    (was.isStreet
      ? !leadsAlong(was.line, expectedMetres, motion)
      : was.metres + drivenMetres > was.line.lengthMetres); // nobody knows where it drives on to
  const bias =
    fix.speed === undefined
      ? previous.bias
      : isUnsure
        ? biasAtTurn(previous.bias, fix, expected)
        : nextBias(previous.bias, fix, expected, seconds, accuracyOf(fix));
  const found = withoutBias(fix, bias.offset);
  const cruise = Math.max(motion.speed, previous.cruise * Math.exp(-seconds / CRUISE_SECONDS));
  const known = {
    time: fix.time,
    speed: motion.speed,
    acceleration,
    cruise,
    heading: motion.heading,
    fix,
    bias,
  };

  const onto = ({ line, metres }: OnLine): Estimate => {
    const place = placeOnRoute(line, metres);
    const onLine = { line, metres, isStreet: line !== ways.route };
    return { ...known, ...place, bias: rebased(bias, place, fix), variance: grown, strayed: 0, onLine };
  };
  if (was) {
    const place = followRoute(was, found, expectedMetres, seconds, motion.speed);
    const other = was.line === ways.route ? undefined : betterLine(ways, found, motion, place);
    if (other) return onto(other);
    const strayed = place.isNear ? 0 : previous.strayed + 1;
    if (!place.isBeyond && strayed < (was.isStreet ? 1 : STRAYED_LIMIT)) {
      const { gain, variance } = correction(grown, fix, place.isNear ? place.besideMetres : undefined);
      const metres = expectedMetres + gain * (place.metres - expectedMetres);
      const onLine = goneOn({ ...was, metres: Math.min(was.line.lengthMetres, metres) }, ways);
      const believed = placeOnRoute(onLine.line, onLine.metres);
      return { ...known, ...believed, bias: rebased(bias, believed, fix), variance, strayed, onLine };
    }
  }
  const entered = lineFor(ways, found, motion.speed, motion.heading);
  if (entered) return onto(entered);
  if (was) return { ...firstEstimate(fix, NO_WAYS), ...known, bias: NO_BIAS };
  const { gain, variance } = correction(grown, fix, 0);
  const believed = placeBetween(expected, found, gain);
  return { ...known, ...believed, bias: rebased(bias, believed, fix), variance, strayed: 0 };
}

function standing(previous: Estimate, fix: Fix, anchor: Coordinates | undefined): Estimate {
  const { anchor: _before, ...known } = previous;
  return {
    ...known,
    time: fix.time,
    speed: 0,
    acceleration: 0,
    variance: Math.min(previous.variance + 0.5, accuracyOf(fix) ** 2),
    fix,
    ...(anchor && { anchor }),
  };
}

/** How much of the difference to the expected place is believed; `undefined` beside: nothing of it. */
function correction(
  variance: number,
  fix: Fix,
  besideMetres: number | undefined,
): { gain: number; variance: number } {
  if (besideMetres === undefined) return { gain: 0, variance };
  const sigma = accuracyOf(fix) / 1.5; // one axis of a 68 % radius
  const doubt = 1 + (besideMetres / (2 * sigma)) ** 2; // what is wrong across is wrong along
  const noise = CORRELATED * sigma ** 2 * doubt;
  const gain = Math.max(LEAST_GAIN / doubt, variance / (variance + noise));
  return { gain, variance: (1 - gain) * variance };
}
