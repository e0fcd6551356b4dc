// What a phone measures: the truth, with an error that wanders as GPS errors do. Pure; chance is an argument.

import type { Fix } from '@tripcast/protocol';
import { headingOf, offset } from './ground.ts';
import type { Pose } from './motion.ts';
import { gaussian, type Random } from './random.ts';

/** How good a receiver is. */
export interface GpsQuality {
  /** 68 % of measured places are within this distance of the truth, m. */
  radiusMetres: number;
  /** After this time an error has forgotten 63 % of itself, s. */
  correlationSeconds: number;
  /** Standard deviation of the measured velocity, m/s on each axis. */
  velocityMps: number;
}

export const PHONE_GPS: GpsQuality = { radiusMetres: 5, correlationSeconds: 30, velocityMps: 0.12 };

/** The error at one moment, carried from one measurement to the next. */
export interface GpsError {
  eastMetres: number;
  northMetres: number;
  /** How far the receiver's own estimate of its accuracy is off, in standard deviations. */
  estimate: number;
}

/** For a Rayleigh distribution, the radius that holds 68 % in standard deviations of one axis: √(−2 ln 0.32). */
const RADIUS_IN_SIGMAS = Math.sqrt(-2 * Math.log(1 - 0.68));
/** Below this measured speed, m/s, a receiver knows no heading. */
const HEADING_FROM_MPS = 0.8;

/** An error that has been wandering for long. */
export function firstError(quality: GpsQuality, random: Random): GpsError {
  const sigma = quality.radiusMetres / RADIUS_IN_SIGMAS;
  return {
    eastMetres: sigma * gaussian(random),
    northMetres: sigma * gaussian(random),
    estimate: gaussian(random),
  };
}

/** The error `seconds` later: a first-order Gauss-Markov process, whose variance stays as it is. */
export function nextError(error: GpsError, quality: GpsQuality, seconds: number, random: Random): GpsError {
  const kept = Math.exp(-seconds / quality.correlationSeconds);
  const fresh = Math.sqrt(1 - kept ** 2);
  const sigma = quality.radiusMetres / RADIUS_IN_SIGMAS;
  return {
    eastMetres: kept * error.eastMetres + fresh * sigma * gaussian(random),
    northMetres: kept * error.northMetres + fresh * sigma * gaussian(random),
    estimate: kept * error.estimate + fresh * gaussian(random),
  };
}

/** The fix that a phone with this error takes of a car at `time` (ms since the Unix epoch). */
export function observe(
  truth: Pose,
  error: GpsError,
  quality: GpsQuality,
  time: number,
  random: Random,
): Fix {
  const radians = (truth.headingDegrees * Math.PI) / 180;
  const eastMps = truth.speedMps * Math.sin(radians) + quality.velocityMps * gaussian(random);
  const northMps = truth.speedMps * Math.cos(radians) + quality.velocityMps * gaussian(random);
  const speed = Math.hypot(eastMps, northMps);
  const { latitude, longitude } = offset(truth, error.eastMetres, error.northMetres);
  const accuracy = quality.radiusMetres * Math.exp(0.2 * error.estimate);
  const fix: Fix = { latitude, longitude, speed, accuracy, time, simulated: true };
  if (speed >= HEADING_FROM_MPS) fix.heading = headingOf(eastMps, northMps);
  return fix;
}
