// The glide on recorded drives, with their real gaps, jumps and errors. What is true is what was measured: nobody knows better.

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { loadTrace, randomFrom, type Trace, uniform } from '@tripcast/driver-sim';
import type { Fix } from '@tripcast/protocol';
import { EMPTY_BUFFER, metresBetween, type Pose, poseAt, receiveFixes } from '@tripcast/rider-web/glide';
import { type Oddity, ShownGrade } from '../../src/grade/shown-grade.ts';
import { Tally } from '../../src/grade/tally.ts';
import { TRUTH_STEP_MS, TruthTrack } from '../../src/truth/truth-track.ts';

const TRACES = ['munich-car-1hz.gpx', 'bremen-car-5s-envirocar.geojson'];
const TRANSIT_MS = { least: 50, most: 400 };
/** As in the protocol: nothing is driven on for longer, or further. */
const FORESIGHT = { ms: 8_000, metres: 150 };
const GAP_MS = 7_000;
const LOOK_MS = 200;
/** No car drives faster, m/s; three fixes confirm that it is there all the same. */
const FASTEST_MPS = 70;
const CONFIRMING_MS = 4_000;

interface Shown {
  nowMs: number;
  pose: Pose;
  newest: Fix;
}

function traceNamed(name: string): Trace {
  return loadTrace(fileURLToPath(new URL(`../../../driver-sim/traces/${name}`, import.meta.url)));
}

/** Straight and evenly from fix to fix. */
function truthOf({ fixes }: Trace): TruthTrack {
  const startMs = fixes[0]!.time;
  const track = new TruthTrack(startMs, fixes.at(-1)!.time - startMs);
  let next = 1;
  for (let ms = startMs; ms < fixes.at(-1)!.time; ms += TRUTH_STEP_MS) {
    while (fixes[next]!.time <= ms) next++;
    const [a, b] = [fixes[next - 1]!, fixes[next]!];
    const share = (ms - a.time) / (b.time - a.time);
    const between = (from: number, to: number): number => from + (to - from) * share;
    track.add({
      latitude: between(a.latitude, b.latitude),
      longitude: between(a.longitude, b.longitude),
      heading: a.heading ?? 0,
      speed: metresBetween(a, b) / ((b.time - a.time) / 1_000),
    });
  }
  return track;
}

/** What a rider is shown of the whole drive, five times a second. */
function ride(trace: Trace, seed: number): { shown: Shown[]; tally: Tally; oddities: Oddity[] } {
  const random = randomFrom(seed, 'transit');
  const tally = new Tally();
  const oddities: Oddity[] = [];
  const grade = new ShownGrade({ tally, truth: truthOf(trace), onOddity: (oddity) => oddities.push(oddity) });
  const shown: Shown[] = [];
  let buffer = EMPTY_BUFFER;
  let next = 0;
  let dueMs = trace.fixes[0]!.time;
  for (let nowMs = dueMs; nowMs < trace.fixes.at(-1)!.time; nowMs += LOOK_MS) {
    for (; next < trace.fixes.length && dueMs <= nowMs; next++) {
      const fix = trace.fixes[next]!;
      buffer = receiveFixes(buffer, [fix], nowMs);
      grade.receive([fix], nowMs);
      const later = trace.fixes[next + 1]?.time ?? Number.POSITIVE_INFINITY;
      dueMs = Math.max(dueMs, later + uniform(random, TRANSIT_MS.least, TRANSIT_MS.most));
    }
    const pose = poseAt(buffer, nowMs);
    grade.look({ nowMs, pose, isLive: pose !== undefined && pose.kind !== 'stale' });
    if (pose) shown.push({ nowMs, pose, newest: trace.fixes[next - 1]! });
  }
  return { shown, tally, oddities };
}

/** Whether the receiver was suddenly where no car can have come to, a moment before. */
function hasJumped({ fixes }: Trace, nowMs: number): boolean {
  return fixes.some((fix, index) => {
    const before = fixes[index - 1];
    if (!before || fix.time > nowMs || fix.time < nowMs - CONFIRMING_MS) return false;
    return metresBetween(before, fix) > (FASTEST_MPS * (fix.time - before.time)) / 1_000;
  });
}

describe.each(TRACES)('a car that drove as in %s', (name) => {
  const trace = traceNamed(name);
  const rides = [1, 2].map((seed) => ride(trace, seed));

  test('never moves backward; it jumps only after its receiver did, once that is confirmed, and by a fade', () => {
    for (const { oddities, tally } of rides) {
      expect(tally.countOf('looks')).toBeGreaterThan(1_000);
      const unexplained = oddities.filter(
        ({ kind, nowMs, before, after }) =>
          kind === 'backward' || Math.max(before.opacity, after.opacity) > 0.6 || !hasJumped(trace, nowMs),
      );
      expect(unexplained).toEqual([]);
    }
  });

  test('[P9] is not shown to know what was not measured: its age is told, and it stands still after 8 s and 150 m', () => {
    const lies = rides
      .flatMap(({ shown }) => shown)
      .filter(
        ({ nowMs, pose, newest }) =>
          pose.ageMs !== nowMs - newest.time ||
          (pose.ageMs > GAP_MS && pose.kind === 'interpolated') ||
          (pose.ageMs > FORESIGHT.ms + GAP_MS && pose.kind !== 'stale') ||
          (pose.ageMs > GAP_MS && metresBetween(pose, newest) > FORESIGHT.metres),
      );
    expect(lies).toEqual([]);
  });

  test('is shown where it was measured', () => {
    for (const { tally } of rides) {
      expect(tally.percentile('errorShown', 50)).toBeLessThan(5);
      expect(tally.percentile('errorShown', 95)).toBeLessThan(20);
    }
  });
});
