// What the glide knows: what is believed of the car, and the plan of what is shown, made anew when fixes come. Each plan
// begins where and as fast as the one before has the car at that moment, so it goes on without a jump whatever comes,
// and where it is depends on the time alone.

import type { Fix } from '@tripcast/protocol';
import { type Fade, fadeFrom, isFadingOut } from './fade.ts';
import { type Plan, planAfresh, planOn } from './plan.ts';
import { type Belief, NO_BELIEF, withFix } from './plausible.ts';
import {
  intervalOf,
  playbackDelayMs,
  type Rhythm,
  steppedDelayMs,
  UNKNOWN_RHYTHM,
  withInterval,
  withPace,
  withTransit,
} from './playback-delay.ts';
import type { RouteArc } from './route-arc.ts';
import type { Streets } from './streets.ts';

/** Immutable: `receiveFixes` and its like answer with a new one. All moments are by the server's clock, ms. */
export interface GlideBuffer {
  readonly route: RouteArc | undefined;
  /** For cars without a route, or beside it; they may come later, or never. */
  readonly streets: Streets | undefined;
  readonly rhythm: Rhythm;
  /** The newest fix that is known, believed or not. */
  readonly newest: Fix | undefined;
  /** Up to this one all were received, in order. A resume tells the newest first, and then what came before it. */
  readonly received: Fix | undefined;
  readonly belief: Belief;
  readonly plan: Plan | undefined;
  /** What was shown before the plan began: a frame's time lies a moment before the message that came during it. */
  readonly planBefore: Plan | undefined;
  /** From where the car can't be shown to drive, it fades out there and in here. */
  readonly fade: Fade | undefined;
  /**
   * Nothing had come for too long: until then what comes tells where the car has got to, and what was shown was a guess.
   * Once the car has faded to where it is, that is over: one silence, one fade.
   */
  readonly findingUntilMs: number;
}

export const EMPTY_BUFFER: GlideBuffer = {
  route: undefined,
  streets: undefined,
  rhythm: UNKNOWN_RHYTHM,
  newest: undefined,
  received: undefined,
  belief: NO_BELIEF,
  plan: undefined,
  planBefore: undefined,
  fade: undefined,
  findingUntilMs: Number.NEGATIVE_INFINITY,
};

/** A car of which nothing came for so long, and for so many of its intervals, is lost from sight, ms. */
const LOST_MS = 5_000;
const LOST_INTERVALS = 2;
/** What it did meanwhile may come in several messages, for so long, ms. */
const FINDING_MS = 2_000;
/** While what comes is old there is more to come: so long a fade waits for it, ms. */
const GATHER_MS = 600;
/** Of a backlog the last ones are enough: the past is no film. */
const BACKLOG_READ = 12;

/** The buffer with another planned route. What is planned already is still driven on the old one. */
export function withRoute(buffer: GlideBuffer, route: RouteArc | undefined): GlideBuffer {
  return buffer.route === route ? buffer : { ...buffer, route };
}

/** The buffer with the city's streets. */
export function withStreets(buffer: GlideBuffer, streets: Streets): GlideBuffer {
  return { ...buffer, streets };
}

/** Whether streets would help: the car is on no line that is known. */
export function isAstray({ belief, streets }: GlideBuffer): boolean {
  const newest = belief.estimates.at(-1);
  return streets === undefined && newest !== undefined && newest.onLine === undefined;
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
  const fresh = fixes.filter((fix) => buffer.received === undefined || fix.time > buffer.received.time);
  const newest = fresh.at(-1);
  if (!newest) return buffer;
  const rhythm = measured(buffer, fresh, nowMs);
  let belief = buffer.belief;
  for (const fix of fresh.slice(-BACKLOG_READ)) belief = withFix(belief, fix, buffer);
  if (buffer.newest && newest.time < buffer.newest.time)
    return { ...buffer, rhythm, belief, received: newest };
  const { plan } = buffer;
  const silentMs = plan ? nowMs - plan.startMs : 0;
  const isFoundAgain = silentMs > Math.max(LOST_MS, LOST_INTERVALS * intervalOf(buffer.rhythm));
  const findingUntilMs = isFoundAgain ? nowMs + FINDING_MS : buffer.findingUntilMs;
  const received = { ...buffer, rhythm, newest, received: newest, belief, findingUntilMs };
  if (belief.estimates === buffer.belief.estimates) return received;

  const estimate = belief.estimates.at(-1)!;
  const delayMs = steppedDelayMs(plan?.delayMs, playbackDelayMs(rhythm));
  if (!plan) return { ...received, plan: planAfresh(estimate, nowMs, delayMs) };
  const unshown = belief.estimates.filter(
    ({ time }, index, all) => (all[index + 1]?.time ?? time) >= nowMs - delayMs,
  );
  // What a fade leads to isn't seen while it goes out: no need to go on from there.
  const isAnew =
    belief.beginnings !== buffer.belief.beginnings || (buffer.fade && isFadingOut(buffer.fade, nowMs));
  const wasLost = nowMs < findingUntilMs;
  const next = isAnew
    ? undefined
    : planOn(plan, unshown.length > 0 ? unshown : [estimate], nowMs, delayMs, wasLost);
  if (next) return { ...received, plan: next, planBefore: plan };
  const isMoreToCome = wasLost && nowMs - delayMs - newest.time > intervalOf(rhythm);
  return {
    ...received,
    plan: planAfresh(estimate, nowMs, delayMs),
    planBefore: plan,
    fade: fadeFrom(plan, buffer.fade, nowMs, isMoreToCome ? GATHER_MS : 0),
    findingUntilMs: isMoreToCome ? findingUntilMs : nowMs,
  };
}

/** The buffer with the newest fix of all, to be shown at once; the ones before it, and itself, are still to come. */
export function receiveNewest(buffer: GlideBuffer, newest: Fix, nowMs: number): GlideBuffer {
  if (buffer.newest && newest.time <= buffer.newest.time) return buffer;
  const shown = receiveFixes(buffer, [newest], nowMs);
  const { belief, rhythm, received } = buffer;
  return received ? { ...shown, belief, rhythm, received } : shown; // of the first one's past nothing is needed
}

/** The rhythm with the steps between the fixes and how long the newest of them was on its way. */
function measured(buffer: GlideBuffer, fresh: readonly Fix[], nowMs: number): Rhythm {
  let { rhythm } = buffer;
  let previous = buffer.received;
  for (const fix of fresh.slice(-BACKLOG_READ)) {
    if (previous) rhythm = withInterval(rhythm, fix.time - previous.time);
    previous = fix;
  }
  return buffer.received ? withTransit(rhythm, nowMs - fresh.at(-1)!.time) : rhythm;
}
