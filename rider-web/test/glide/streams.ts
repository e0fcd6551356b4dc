// Streams of fixes for the glide's tests: drives with a known truth, GPS error and a network, all seeded by fast-check.

import type { Coordinates, Fix } from '@tripcast/protocol';
import fc from 'fast-check';
import {
  EMPTY_BUFFER,
  type GlideBuffer,
  type Pose,
  poseAt,
  type RouteArc,
  receiveFixes,
  routeArc,
  withRoute,
} from '../../src/glide/index.ts';

export const START_MS = 1_800_000_000_000;
const METRES_PER_DEGREE = 111_195;

/** A place some metres north and east of a corner of Montevideo. */
export function at(eastMetres: number, northMetres: number): Coordinates {
  const latitude = -34.9 + northMetres / METRES_PER_DEGREE;
  return {
    latitude,
    longitude: -56.16 + eastMetres / (METRES_PER_DEGREE * Math.cos((-34.9 * Math.PI) / 180)),
  };
}

/** Streets with corners: 400 m east, 300 m north, 400 m east. */
export const CORNERS = [at(0, 0), at(400, 0), at(400, 300), at(800, 300)];
export const ROUTE = routeArc(CORNERS) as RouteArc;

export interface Arrival {
  receivedMs: number;
  fixes: Fix[];
}

/** Anything that a vehicle could send from anywhere on Earth, in order of receipt. */
export const anyArrivals: fc.Arbitrary<Arrival[]> = fc
  .array(
    fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
      heading: fc.option(fc.double({ min: 0, max: 359.99, noNaN: true }), { nil: undefined }),
      speed: fc.option(fc.double({ min: 0, max: 655, noNaN: true }), { nil: undefined }),
      accuracy: fc.option(fc.integer({ min: 0, max: 254 }), { nil: undefined }),
      afterMs: fc.integer({ min: 0, max: 30_000 }),
      transitMs: fc.integer({ min: -2_000, max: 20_000 }),
    }),
    { maxLength: 25 },
  )
  .map((steps) => {
    let time = START_MS;
    return inOrder(
      steps.map(({ afterMs, transitMs, heading, speed, accuracy, ...place }) => {
        time += afterMs;
        const fix: Fix = { ...place, time };
        if (heading !== undefined) fix.heading = heading;
        if (speed !== undefined) fix.speed = speed;
        if (accuracy !== undefined) fix.accuracy = accuracy;
        return { receivedMs: time + transitMs, fixes: [fix] };
      }),
    );
  });

/** A drive along `ROUTE` at varying speed with stops, measured with error, over a network with jitter and loss. */
export const routeDrive: fc.Arbitrary<Arrival[]> = fc
  .array(
    fc.record({
      speed: fc.oneof(fc.constant(0), fc.double({ min: 3, max: 18, noNaN: true })),
      eastError: fc.double({ min: -6, max: 6, noNaN: true }),
      northError: fc.double({ min: -6, max: 6, noNaN: true }),
      transitMs: fc.integer({ min: 30, max: 2_000 }),
    }),
    { minLength: 5, maxLength: 60 },
  )
  .map((steps) => {
    let metres = 0;
    return inOrder(
      steps.map(({ speed, eastError, northError, transitMs }, index) => {
        metres = Math.min(metres + speed, ROUTE.lengthMetres);
        const time = START_MS + index * 1000;
        const fix: Fix = { ...beside(metres, eastError, northError), speed, accuracy: 6, time };
        return { receivedMs: time + transitMs, fixes: [fix] };
      }),
    );
  });

function beside(metres: number, eastMetres: number, northMetres: number): Coordinates {
  const [east, north] = metres < 400 ? [metres, 0] : metres < 700 ? [400, metres - 400] : [metres - 300, 300];
  return at(east + eastMetres, north + northMetres);
}

/** A socket keeps the order in which a vehicle's fixes were stored: later ones are never received before earlier ones. */
function inOrder(arrivals: Arrival[]): Arrival[] {
  let latest = Number.NEGATIVE_INFINITY;
  return arrivals.map(({ receivedMs, fixes }) => {
    latest = Math.max(latest, receivedMs);
    return { receivedMs: latest, fixes };
  });
}

export interface Frame {
  nowMs: number;
  pose: Pose;
}

/** What is shown at each frame while the fixes come, and for a while after. */
export function play(
  arrivals: readonly Arrival[],
  route?: RouteArc,
  frameMs = 50,
  afterMs = 12_000,
): Frame[] {
  let buffer: GlideBuffer = withRoute(EMPTY_BUFFER, route);
  const frames: Frame[] = [];
  const first = arrivals[0]?.receivedMs ?? START_MS;
  const last = arrivals.at(-1)?.receivedMs ?? START_MS;
  let next = 0;
  for (let nowMs = first; nowMs <= last + afterMs; nowMs += frameMs) {
    for (; next < arrivals.length && arrivals[next]!.receivedMs <= nowMs; next++) {
      buffer = receiveFixes(buffer, arrivals[next]!.fixes, arrivals[next]!.receivedMs);
    }
    const pose = poseAt(buffer, nowMs);
    if (pose) frames.push({ nowMs, pose });
  }
  return frames;
}
