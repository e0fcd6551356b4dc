// Grades what one rider was shown of one trip, look by look, against the truth.
//
// What is a fault of ours and what isn't: while the page says that it isn't live, its car is not held against it. A jump
// is explained only by data that was truly hidden, for `HIDDEN_MS` or longer, and only as a fade. A backward move is
// never explained. Being too late to say "not live" is a row of its own.

import type { Fix } from '@tripcast/protocol';
import type { Pose } from '@tripcast/rider-web/glide';
import { metresAlong, metresApart, offsetBetween } from '../truth/plane.ts';
import type { StreetIndex } from '../truth/street-index.ts';
import type { TruthTrack } from '../truth/truth-track.ts';
import { NaiveLerp, RawMarker } from './baselines.ts';
import type { Tally } from './tally.ts';

/** What a rider sees at one moment, ms since the Unix epoch. */
export interface Look {
  nowMs: number;
  pose: Pose | undefined;
  /** The page says "live". */
  isLive: boolean;
}

export interface ShownGradeOptions {
  tally: Tally;
  truth: TruthTrack;
  /** Without it distances off the street are not measured. */
  streets?: StreetIndex;
  /** Told of each jump and of each move backward, so that it can be found. */
  onOddity?: (oddity: Oddity) => void;
}

/** A move that no car makes. */
export interface Oddity {
  kind: 'jump' | 'backward';
  metres: number;
  nowMs: number;
  before: Pose;
  after: Pose;
}

/** @param sinceMs what its time is told from, ms since the Unix epoch @param who saw it, or was seen */
export function oddityInWords(
  { kind, metres, nowMs, before, after }: Oddity,
  sinceMs: number,
  who: string,
): string {
  const at = ((nowMs - sinceMs) / 1_000).toFixed(1);
  const pose = (of: Pose) => `${of.kind}${of.onRoute ? ' on route' : ''}, opacity ${of.opacity.toFixed(2)}`;
  const age = (after.ageMs / 1_000).toFixed(1);
  return `${kind} of ${metres.toFixed(1)} m at ${at} s, ${who}: ${pose(before)} → ${pose(after)}, newest fix ${age} s old`;
}

/** No fix for so long, or only ones that say the same: the car's way in between is not known. */
const HIDDEN_MS = 5_000;
/** How long the car may take to be where it is again, once data has come after that. */
const FINDING_BACK_MS = 3_000;
/** A first picture may be put right for so long. */
const FIRST_PICTURE_MS = 2_000;
/** A fade hides a change of place only while the car is hardly seen. */
const FADED_OPACITY = 0.6;
/** The car may drive faster than it truly did, to catch up: by this factor and this much, m/s. */
const CATCHING_UP = { factor: 1.5, mps: 3 };
/** The true speeds around the moment that is shown, ms. */
const AROUND_MS = 3_000;
/** More than what it may drive, m, and a move is a jump. */
const JUMP_METRES = 5;
/** Between looks that are further apart a fade may come and go unseen: such a move is not judged, but counted, ms. */
const LATE_LOOK_MS = 350;
const BACKWARD_METRES = 1;
/** Slower cars have no heading that one could see, m/s. */
const MOVING_MPS = 2;
/** What is shown as live is not older than this, ms. */
const LIVE_LIMIT_MS = 10_000;
/** Distances off the street cost a search: every so many looks. */
const STREET_EVERY = 5;

export class ShownGrade {
  readonly #options: ShownGradeOptions;
  readonly #raw = new RawMarker();
  readonly #lerp = new NaiveLerp();
  #newest: Fix | undefined;
  #firstReceivedMs = Number.NaN;
  /** When a fix came last that said anything new. */
  #lastNewsMs = Number.NaN;
  #explainedUntilMs = Number.NEGATIVE_INFINITY;
  #previous: { pose: Pose; nowMs: number } | undefined;
  #previousLookMs: number | undefined;
  /** How far the car has gone backward in one go, metres. */
  #reverseMetres = 0;
  #looks = 0;

  constructor(options: ShownGradeOptions) {
    this.#options = options;
  }

  /** The error of the latest look, m; `undefined` when it was not graded. */
  lastErrorMetres: number | undefined;

  /** The rider was given fixes, oldest first. */
  receive(fixes: readonly Fix[], nowMs: number): void {
    const newest = fixes.at(-1);
    if (!newest || (this.#newest && newest.time <= this.#newest.time)) return;
    const isNews = !this.#newest || !isFrozen(this.#newest, newest);
    if (Number.isNaN(this.#firstReceivedMs)) {
      this.#firstReceivedMs = nowMs;
      this.#explainedUntilMs = nowMs + FIRST_PICTURE_MS;
    } else if (isNews && nowMs - this.#lastNewsMs > HIDDEN_MS) {
      this.#explainedUntilMs = nowMs + FINDING_BACK_MS;
    }
    if (isNews) this.#lastNewsMs = nowMs;
    this.#newest = newest;
    this.#raw.receive(newest);
    this.#lerp.receive(newest, nowMs);
  }

  /** The rider looks. Looks come in order, a few times a second. */
  look({ nowMs, pose, isLive }: Look): void {
    const { tally } = this.#options;
    const elapsedMs = this.#previousLookMs === undefined ? 0 : nowMs - this.#previousLookMs;
    this.#previousLookMs = nowMs;
    this.#looks++;
    tally.count('looks');
    tally.count('lookedMs', elapsedMs);
    if (!isLive) tally.count('notLiveMs', elapsedMs);
    const ageMs = this.#newest ? nowMs - this.#newest.time : Number.POSITIVE_INFINITY;
    if (isLive && ageMs > LIVE_LIMIT_MS) tally.count('wronglyLiveMs', elapsedMs);

    if (elapsedMs > LATE_LOOK_MS) tally.count('lateLooks');
    else if (pose) this.#gradeMove(pose, nowMs);
    this.#previous = pose && { pose, nowMs };
    this.lastErrorMetres =
      pose && isLive && pose.kind !== 'stale' ? this.#gradePlace(pose, nowMs) : undefined;
  }

  #gradePlace(pose: Pose, nowMs: number): number | undefined {
    const { tally, truth, streets } = this.#options;
    const shown = truth.at(pose.shownTime);
    const now = truth.at(nowMs);
    const [raw, lerp] = [this.#raw.at(nowMs), this.#lerp.at(nowMs)];
    const rawShown = raw && truth.at(raw.shownMs);
    const lerpShown = lerp && truth.at(lerp.shownMs);
    if (!shown || !now || !raw || !lerp || !rawShown || !lerpShown) return undefined;

    const error = metresApart(pose, shown);
    tally.record('errorShown', error);
    tally.record('errorShownRaw', metresApart(raw, rawShown));
    tally.record('errorShownLerp', metresApart(lerp, lerpShown));
    tally.record('errorNow', metresApart(pose, now));
    tally.record('errorNowRaw', metresApart(raw, now));
    tally.record('errorNowLerp', metresApart(lerp, now));
    tally.record('displayDelay', nowMs - pose.shownTime);
    if (shown.speed >= MOVING_MPS) tally.record('headingError', degreesApart(pose.heading, shown.heading));
    if (streets && this.#looks % STREET_EVERY === 0) tally.record('offStreet', streets.metresOff(pose));
    return error;
  }

  #gradeMove(pose: Pose, nowMs: number): void {
    const { tally, truth } = this.#options;
    const previous = this.#previous;
    if (!previous) return;
    const move = offsetBetween(previous.pose, pose);
    const metres = Math.hypot(move.east, move.north);
    const isFading = Math.min(previous.pose.opacity, pose.opacity) < FADED_OPACITY;

    const fastest = truth.topSpeed(previous.pose.shownTime - AROUND_MS, pose.shownTime + AROUND_MS);
    const seconds = (nowMs - previous.nowMs) / 1_000;
    const allowed = (CATCHING_UP.factor * fastest + CATCHING_UP.mps) * seconds + JUMP_METRES;
    if (metres > allowed) {
      if (isFading && nowMs <= this.#explainedUntilMs) return;
      tally.count('unexplainedJumps');
      tally.record('jump', metres);
      this.#options.onOddity?.({ kind: 'jump', metres, nowMs, before: previous.pose, after: pose });
      this.#reverseMetres = 0;
      return;
    }
    if (isFading) return;

    const along = metresAlong(move, previous.pose.heading);
    const before = this.#reverseMetres;
    this.#reverseMetres = along < 0 ? before - along : along > 0 ? 0 : before;
    if (before <= BACKWARD_METRES && this.#reverseMetres > BACKWARD_METRES) {
      tally.count('backwardMoves');
      const oddity = { metres: this.#reverseMetres, nowMs, before: previous.pose, after: pose };
      this.#options.onOddity?.({ kind: 'backward', ...oddity });
    }
    if (before > 0 && this.#reverseMetres === 0) tally.record('backward', before);
  }
}

/** A receiver that repeats its place to the last digit while it says that it drives hides the truth as silence does. */
function isFrozen(before: Fix, fix: Fix): boolean {
  return (fix.speed ?? 0) > 1 && before.latitude === fix.latitude && before.longitude === fix.longitude;
}

function degreesApart(a: number, b: number): number {
  const difference = Math.abs(a - b) % 360;
  return difference > 180 ? 360 - difference : difference;
}
