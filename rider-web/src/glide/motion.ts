// How far along its way the car is shown at which moment: a smooth curve through knots, cheap to ask.

/** Times (ms, server's clock) strictly increase, metres never decrease. */
export interface Motion {
  readonly timesMs: readonly number[];
  readonly metres: readonly number[];
  /** m/s at each knot. */
  readonly speeds: readonly number[];
}

/** Moments are looked for at this step, ms. */
const MOMENT_STEP_MS = 40;
const METRES_A_SECOND = 1;

export interface Moving {
  metres: number;
  speed: number;
}

/** Before its first knot the car stands there, after its last one too. */
export function motionAt({ timesMs, metres, speeds }: Motion, nowMs: number): Moving {
  const last = timesMs.length - 1;
  if (nowMs <= timesMs[0]!) return { metres: metres[0]!, speed: last > 0 ? speeds[0]! : 0 };
  if (nowMs >= timesMs[last]!) return { metres: metres[last]!, speed: 0 };
  let index = 0;
  while (timesMs[index + 1]! < nowMs) index++;
  return between(
    { atMs: timesMs[index]!, metres: metres[index]!, speed: speeds[index]! },
    { atMs: timesMs[index + 1]!, metres: metres[index + 1]!, speed: speeds[index + 1]! },
    nowMs,
  );
}

/**
 * When the car is so far along, or nearest to it: of all moments (ms) the best one, where a second away from `nearMs`
 * counts like `METRES_A_SECOND`. So a car that stands there for long does so now.
 */
export function momentAt(motion: Motion, metres: number, nearMs: number): number {
  const aside = (atMs: number): number => Math.abs(motionAt(motion, atMs).metres - metres);
  const stepMs = motionAt(motion, nearMs).metres < metres ? MOMENT_STEP_MS : -MOMENT_STEP_MS;
  let [best, least] = [nearMs, aside(nearMs)];
  for (let awayMs = stepMs; (Math.abs(awayMs) / 1000) * METRES_A_SECOND < least; awayMs += stepMs) {
    const cost = aside(nearMs + awayMs) + (Math.abs(awayMs) / 1000) * METRES_A_SECOND;
    if (cost < least) [best, least] = [nearMs + awayMs, cost];
  }
  return best;
}

export interface Knot extends Moving {
  atMs: number;
}

/** The motion through knots in the order of their times; speeds are lowered where the car would go back or overshoot. */
export function motionThrough(knots: readonly Knot[]): Motion {
  const timesMs: number[] = [];
  const metres: number[] = [];
  const speeds: number[] = [];
  for (const knot of knots) {
    if (timesMs.length > 0 && knot.atMs <= timesMs.at(-1)!) continue;
    timesMs.push(knot.atMs);
    metres.push(Math.max(metres.at(-1) ?? knot.metres, knot.metres));
    speeds.push(Math.max(0, knot.speed));
  }
  for (let index = 1; index < timesMs.length; index++) {
    // Monotone where no end is steeper than three times the chord (Fritsch and Carlson 1980).
    const seconds = (timesMs[index]! - timesMs[index - 1]!) / 1000;
    const steepest = (3 * (metres[index]! - metres[index - 1]!)) / seconds;
    if (index > 1) speeds[index - 1] = Math.min(speeds[index - 1]!, steepest);
    else speeds[0] = Math.min(speeds[0]!, steepest);
    speeds[index] = Math.min(speeds[index]!, steepest);
  }
  return { timesMs, metres, speeds };
}

/** The cubic that meets both knots with their speeds. */
function between(a: Knot, b: Knot, nowMs: number): Moving {
  const seconds = (b.atMs - a.atMs) / 1000;
  const t = (nowMs - a.atMs) / (b.atMs - a.atMs);
  const rise = b.metres - a.metres;
  const [v, w] = [a.speed * seconds, b.speed * seconds];
  const square = 3 * rise - 2 * v - w;
  const cube = v + w - 2 * rise;
  return {
    metres: a.metres + Math.max(0, t * (v + t * (square + t * cube))),
    speed: Math.max(0, (v + t * (2 * square + 3 * t * cube)) / seconds),
  };
}
