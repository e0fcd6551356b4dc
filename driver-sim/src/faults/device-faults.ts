// What goes wrong inside a phone, from the receiver to the app: TCP neither loses nor reorders, phones do. Steps
// between `observe` and the outbox.
//
// However the faults are listed, they come in the order in which they happen:
//   dead → noisy, displaced → frozen → missing → skewed → lost → jittered → reordered → duplicated
// So a frozen receiver holds its wrong place, a skewed clock stamps it, and only what is not lost is late. Each fault
// has a stream of chance of its own: to add one of another kind changes nothing in the others.

import type { Coordinates, Fix } from '@tripcast/protocol';
import { firstError, type GpsError, type GpsQuality, nextError } from '../gps-error.ts';
import { offset } from '../ground.ts';
import { type Random, randomFrom, uniform } from '../random.ts';
import { episodeAt, isWithin, type Once, type When } from './when.ts';

/** Shares are from 0 to 1 and of the fixes while the fault is there; without `when` it always is. */
export type DeviceFault =
  /** The battery is empty: nothing is measured, and the app is gone with what it kept. */
  | { kind: 'dead'; when: Once }
  /** A worse receiver: one more wandering error, with this 68 % radius, which it knows of (`accuracy` grows). */
  | { kind: 'noisy'; radiusMetres: number; when?: When }
  /** Each episode lies so far off, in a direction of its own, and the receiver doesn't know: multipath, teleports. */
  | { kind: 'displaced'; metres: number; when: When }
  /** The receiver repeats place, heading and speed, under new times. */
  | { kind: 'frozen'; when: When }
  | { kind: 'missing'; fields: readonly ('heading' | 'speed' | 'accuracy')[]; share?: number; when?: When }
  /** The phone's clock is ahead by `ms` from `when.fromMs` on, and gains `driftPpm` µs a second; negative: behind. */
  | { kind: 'skewed'; ms: number; driftPpm?: number; when?: Once }
  | { kind: 'lost'; share: number; when?: When }
  /** From measurement until the app has the fix, evenly distributed; none overtakes another. */
  | { kind: 'jittered'; leastMs: number; mostMs: number; when?: When }
  /** These come so much after their turn, and others may overtake them. */
  | { kind: 'reordered'; share: number; leastMs: number; mostMs: number; when?: When }
  /** These come twice, the second time so much later. */
  | { kind: 'duplicated'; share: number; leastMs: number; mostMs: number; when?: When };

/** A fix as the app gets it. */
export interface Delivery {
  fix: Fix;
  /** When, ms since the Unix epoch by a clock that is right. */
  atMs: number;
}

/** What the app gets of a measured fix: none, one or two, not always in order. Fixes are given oldest first. */
export type DeviceStep = (fix: Fix) => Delivery[];

type Kind = DeviceFault['kind'];
type FaultOf<K extends Kind> = Extract<DeviceFault, { kind: K }>;
/** A step on the way; `ms` since the vehicle's start. What it returns replaces the delivery. */
type Step = (delivery: Delivery, ms: number) => Delivery[];

const ORDER = [
  'dead',
  'noisy',
  'displaced',
  'frozen',
  'missing',
  'skewed',
  'lost',
  'jittered',
  'reordered',
  'duplicated',
] as const satisfies readonly Kind[];

/** Errors of the faults' own wander as those of phones do. */
const CORRELATION_SECONDS = 30;

/**
 * The faults of one phone. Without any, each fix is delivered as it is, at its own time.
 * @param random one number is drawn, whatever the faults
 * @param startMs what the faults' times count from, ms since the Unix epoch
 */
export function deviceFaults(faults: readonly DeviceFault[], random: Random, startMs: number): DeviceStep {
  const seed = random();
  const steps = ORDER.flatMap((kind) =>
    faults
      .filter((fault) => fault.kind === kind)
      .map((fault, nth) => stepOf(fault, randomFrom(seed, kind, nth))),
  );
  return (fix) => {
    const ms = fix.time - startMs;
    let deliveries: Delivery[] = [{ fix, atMs: fix.time }];
    for (const step of steps) {
      const next: Delivery[] = [];
      for (const delivery of deliveries) next.push(...step(delivery, ms));
      deliveries = next;
    }
    return deliveries;
  };
}

/** How far the phone's clock is ahead at a time (ms since the vehicle's start), ms; negative: behind. */
export function clockSkewMs(faults: readonly DeviceFault[], ms: number): number {
  let skewMs = 0;
  for (const fault of faults) {
    if (fault.kind !== 'skewed' || !isWithin(fault.when ?? {}, ms)) continue;
    skewMs += fault.ms + ((ms - (fault.when?.fromMs ?? 0)) * (fault.driftPpm ?? 0)) / 1e6;
  }
  return Math.round(skewMs);
}

/** Whether the phone is switched off at a time, ms since the vehicle's start. */
export function isDead(faults: readonly DeviceFault[], ms: number): boolean {
  return faults.some((fault) => fault.kind === 'dead' && isWithin(fault.when, ms));
}

/** Whether the phone is never switched off. One that dies does so in the midst of its connections: that takes a radio, too. */
export function isAlwaysOn(faults: readonly DeviceFault[]): boolean {
  return faults.every(({ kind }) => kind !== 'dead');
}

function stepOf(fault: DeviceFault, random: Random): Step {
  switch (fault.kind) {
    case 'dead':
      return (delivery, ms) => (isDead([fault], ms) ? [] : [delivery]);
    case 'noisy':
      return noisy(fault, random);
    case 'displaced':
      return displaced(fault, random);
    case 'frozen':
      return frozen(fault, random);
    case 'missing':
      return missing(fault, random);
    case 'skewed':
      return ({ fix, atMs }, ms) => [{ fix: { ...fix, time: fix.time + clockSkewMs([fault], ms) }, atMs }];
    case 'lost':
      return whenStruck(fault, random, () => []);
    case 'jittered':
      return jittered(fault, random);
    case 'reordered':
      return whenStruck(fault, random, ({ fix, atMs }) => [{ fix, atMs: atMs + between(fault, random) }]);
    case 'duplicated':
      return whenStruck(fault, random, (delivery) => [
        delivery,
        { fix: delivery.fix, atMs: delivery.atMs + between(fault, random) },
      ]);
    default:
      return fault satisfies never;
  }
}

/** `step` for the fault's share of fixes; the others pass. */
function whenStruck(fault: { share?: number; when?: When }, random: Random, step: Step): Step {
  const episode = episodeAt(fault.when ?? {}, random);
  const share = fault.share ?? 1;
  return (delivery, ms) => (episode(ms) && random() < share ? step(delivery, ms) : [delivery]);
}

function noisy(fault: FaultOf<'noisy'>, random: Random): Step {
  const quality: GpsQuality = {
    radiusMetres: fault.radiusMetres,
    correlationSeconds: CORRELATION_SECONDS,
    velocityMps: 0,
  };
  let error: GpsError = firstError(quality, random);
  let lastMs: number | undefined;
  return whenStruck(fault, random, ({ fix, atMs }, ms) => {
    error = nextError(error, quality, (ms - (lastMs ?? ms)) / 1_000, random);
    lastMs = ms;
    const moved: Fix = { ...fix, ...moveBy(fix, error.eastMetres, error.northMetres) };
    if (fix.accuracy !== undefined) moved.accuracy = Math.hypot(fix.accuracy, fault.radiusMetres);
    return [{ fix: moved, atMs }];
  });
}

function displaced(fault: FaultOf<'displaced'>, random: Random): Step {
  const episode = episodeAt(fault.when, random);
  let current: object | undefined;
  let direction = 0;
  return (delivery, ms) => {
    const now = episode(ms);
    if (!now) return [delivery];
    if (now !== current) direction = uniform(random, 0, 2 * Math.PI);
    current = now;
    const { fix, atMs } = delivery;
    const place = moveBy(fix, fault.metres * Math.sin(direction), fault.metres * Math.cos(direction));
    return [{ fix: { ...fix, ...place }, atMs }];
  };
}

function frozen(fault: FaultOf<'frozen'>, random: Random): Step {
  const episode = episodeAt(fault.when, random);
  let held: Fix | undefined;
  return ({ fix, atMs }, ms) => {
    held = episode(ms) && held ? { ...held, time: fix.time } : fix;
    return [{ fix: held, atMs }];
  };
}

function missing(fault: FaultOf<'missing'>, random: Random): Step {
  return whenStruck(fault, random, ({ fix, atMs }) => {
    const left = { ...fix };
    for (const field of fault.fields) delete left[field];
    return [{ fix: left, atMs }];
  });
}

function jittered(fault: FaultOf<'jittered'>, random: Random): Step {
  const episode = episodeAt(fault.when ?? {}, random);
  let lastMs = Number.NEGATIVE_INFINITY;
  return ({ fix, atMs }, ms) => {
    lastMs = Math.max(lastMs, episode(ms) ? atMs + between(fault, random) : atMs);
    return [{ fix, atMs: lastMs }];
  };
}

function between({ leastMs, mostMs }: { leastMs: number; mostMs: number }, random: Random): number {
  return uniform(random, leastMs, mostMs);
}

/** So far east and north, over the date line too. */
function moveBy(place: Coordinates, eastMetres: number, northMetres: number): Coordinates {
  const { latitude, longitude } = offset(place, eastMetres, northMetres);
  return {
    latitude: Math.min(90, Math.max(-90, latitude)),
    longitude: longitude < -180 ? longitude + 360 : longitude > 180 ? longitude - 360 : longitude,
  };
}
