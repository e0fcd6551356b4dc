// A car of which nothing was heard for eight seconds, on a straight route: where is it shown when it is found again?

import { describe, expect, test } from '@jest/globals';
import type { Coordinates, Fix } from '@tripcast/protocol';
import {
  EMPTY_BUFFER,
  poseAt,
  receiveFixes,
  receiveNewest,
  routeArc,
  withRoute,
  withVehiclePace,
} from '../../src/glide/index.ts';
import { at, START_MS } from './streams.ts';

const BEHIND_METRES = 100; // the route begins before the car does
const SILENT = { fromS: 20, untilS: 28.2 };

const route = routeArc([at(0, 0), at(0, 3_000)]);

/** m/s, by the seconds since the drive began. */
const DRIVES: Record<string, (seconds: number) => number> = {
  'drives on': () => 12,
  'has stopped': (seconds) => Math.max(0, 12 - 2.5 * Math.max(0, seconds - 22)),
  'has set off': (seconds) => Math.min(12, 2 * Math.max(0, seconds - 24)),
};

/** Of the place from the route's beginning: one degree of latitude is as long everywhere, as in `at`. */
function metresNorth({ latitude }: Coordinates): number {
  const [from, to] = [at(0, 0).latitude, at(0, 1).latitude];
  return (latitude - from) / (to - from);
}

function metresAt(speedAt: (seconds: number) => number, seconds: number): number {
  let metres = 0;
  for (let step = 0; step < Math.round(seconds * 100); step++) metres += speedAt(step / 100) / 100;
  return metres;
}

const cases = Object.keys(DRIVES).flatMap((drive) =>
  [1, 3, 99].map((messages) => [drive, messages] as const),
);

describe('after eight seconds of silence', () => {
  test.each(cases)(
    '[P9] a car that %s is shown where it is within a second, its backlog in %i messages or less',
    (drive, messages) => {
      const speedAt = DRIVES[drive]!;
      const held: Fix[] = [];
      const inbox: { atMs: number; fixes: Fix[] }[] = [];
      for (let seconds = 0; seconds < 40; seconds++) {
        const metres = BEHIND_METRES + metresAt(speedAt, seconds);
        const fix = {
          ...at(0, metres),
          speed: speedAt(seconds),
          heading: 0,
          accuracy: 5,
          time: START_MS + seconds * 1_000,
        };
        if (seconds >= SILENT.fromS && seconds < SILENT.untilS) held.push(fix);
        else inbox.push({ atMs: fix.time + 60, fixes: [fix] });
      }
      const each = Math.ceil(held.length / messages);
      for (let first = 0; first < held.length; first += each) {
        const atMs = START_MS + (SILENT.untilS + 0.1) * 1_000 + first;
        inbox.push({ atMs, fixes: held.slice(first, first + each) });
      }
      inbox.sort((a, b) => a.atMs - b.atMs);

      let buffer = withVehiclePace(withRoute(EMPTY_BUFFER, route), 1_000);
      for (let nowMs = START_MS; nowMs < START_MS + 36_000; nowMs += 100) {
        while (inbox[0] && inbox[0].atMs <= nowMs) {
          const { atMs, fixes } = inbox.shift()!;
          buffer = receiveFixes(buffer, fixes, atMs);
        }
        if (nowMs < START_MS + (SILENT.untilS + 1) * 1_000) continue;
        const pose = poseAt(buffer, nowMs)!;
        const shown = metresNorth(pose) - BEHIND_METRES;
        expect(Math.abs(shown - metresAt(speedAt, (pose.shownTime - START_MS) / 1_000))).toBeLessThan(4);
      }
    },
  );
});

/** Without a word for so long each, s; the second one begins when the car has just been found again. */
const SILENCES = [
  { fromS: 20, untilS: 28.3 },
  { fromS: 29.1, untilS: 36.2 },
];
const REJOIN_MS = 120;
const FRAME_MS = 20;

/** Moments, ms, at which the car began to fade: from full view, or when it was coming back into view. */
function fadesOf(frames: readonly { nowMs: number; opacity: number }[]): number[] {
  let before = 1;
  let isComing = true;
  return frames.flatMap(({ nowMs, opacity }) => {
    const begins = opacity < before && isComing;
    if (opacity !== before) isComing = opacity > before;
    before = opacity;
    return begins ? [nowMs] : [];
  });
}

/** Of a receiver that is off by up to 2 m, what a page hears that is cut off in each silence. */
function heardOf(speedAt: (seconds: number) => number, messages: number, isNewestFirst: boolean) {
  const fixes = Array.from({ length: 46 }, (_, seconds): Fix => {
    const off = { east: 2 * Math.sin(seconds * 7.3), north: 2 * Math.sin(seconds * 4.1 + 1) };
    const place = at(off.east, BEHIND_METRES + metresAt(speedAt, seconds) + off.north);
    return { ...place, speed: speedAt(seconds), heading: 0, accuracy: 5, time: START_MS + seconds * 1_000 };
  });
  const inbox: { atMs: number; fixes: Fix[]; isNewest: boolean }[] = [];
  const heardAt = ({ time }: Fix) => {
    const seconds = (time + 80 - START_MS) / 1_000;
    const silence = SILENCES.find(({ fromS, untilS }) => seconds >= fromS && seconds < untilS);
    return silence ? START_MS + silence.untilS * 1_000 + REJOIN_MS : time + 80;
  };
  for (const silence of SILENCES) {
    const atMs = START_MS + silence.untilS * 1_000 + REJOIN_MS;
    const held = fixes.filter((fix) => heardAt(fix) === atMs);
    if (isNewestFirst) inbox.push({ atMs, fixes: held.slice(-1), isNewest: true });
    const each = Math.ceil(held.length / messages);
    for (let first = 0; first < held.length; first += each)
      inbox.push({ atMs: atMs + first, fixes: held.slice(first, first + each), isNewest: false });
  }
  for (const fix of fixes) {
    const atMs = heardAt(fix);
    if (atMs === fix.time + 80) inbox.push({ atMs, fixes: [fix], isNewest: false });
  }
  return inbox.sort((a, b) => a.atMs - b.atMs);
}

const surging = (phase: number) => (seconds: number) =>
  Math.max(0, Math.min(12, 14 * Math.sin((seconds + phase) / 6)));
const MORE_DRIVES: Record<string, (seconds: number) => number> = {
  'drives on slowly': () => 9,
  'speeds up and slows down': (seconds) => 8 + 5 * Math.sin(seconds / 4),
  'sets off and stops': surging(0),
  'stops and sets off': surging(9),
};

describe('after two silences in a row', () => {
  test.each(
    Object.keys(MORE_DRIVES).flatMap((drive) =>
      [1, 99].flatMap((messages) => [true, false].map((first) => [drive, messages, first] as const)),
    ),
  )(
    '[P9] a car that %s fades once for each at the most, and at once: in %i messages or less, the newest first: %s',
    (drive, messages, isNewestFirst) => {
      const inbox = heardOf(MORE_DRIVES[drive]!, messages, isNewestFirst);
      let buffer = withVehiclePace(withRoute(EMPTY_BUFFER, route), 1_000);
      const frames: { nowMs: number; opacity: number }[] = [];
      for (let nowMs = START_MS; nowMs < START_MS + 44_000; nowMs += FRAME_MS) {
        while (inbox[0] && inbox[0].atMs <= nowMs) {
          const { atMs, fixes, isNewest } = inbox.shift()!;
          buffer = isNewest ? receiveNewest(buffer, fixes[0]!, atMs) : receiveFixes(buffer, fixes, atMs);
        }
        const pose = poseAt(buffer, nowMs);
        if (pose) frames.push({ nowMs, opacity: pose.opacity });
      }
      const backMs = SILENCES.map(({ untilS }) => START_MS + untilS * 1_000 + REJOIN_MS);
      const fades = fadesOf(frames);
      const after = backMs.map((at, index) =>
        fades.filter((nowMs) => nowMs >= at && nowMs < (backMs[index + 1] ?? Number.POSITIVE_INFINITY)),
      );
      for (const [index, seen] of after.entries()) {
        expect(seen.length).toBeLessThanOrEqual(1);
        for (const nowMs of seen) expect(nowMs - backMs[index]!).toBeLessThan(200);
      }
      expect(after.flat()).toEqual(fades);
    },
  );
});

test('what comes slowly, oldest first, is waited for: the car fades to where it is, and not on the way there', () => {
  const speed = 12;
  let buffer = withVehiclePace(withRoute(EMPTY_BUFFER, route), 1_000);
  const fixOf = (seconds: number): Fix => ({
    ...at(0, BEHIND_METRES + speed * seconds),
    speed,
    heading: 0,
    accuracy: 5,
    time: START_MS + seconds * 1_000,
  });
  const inbox = Array.from({ length: 40 }, (_, seconds) => {
    const freed = seconds < 10 ? 0 : 30_000 + 35 * (seconds - 10); // held from the tenth second on
    return { atMs: START_MS + Math.max(seconds * 1_000 + 60, freed), fix: fixOf(seconds) };
  });
  const frames: { nowMs: number; opacity: number; aheadMetres: number }[] = [];
  for (let nowMs = START_MS; nowMs < START_MS + 39_000; nowMs += FRAME_MS) {
    while (inbox[0] && inbox[0].atMs <= nowMs) {
      const { atMs, fix } = inbox.shift()!;
      buffer = receiveFixes(buffer, [fix], atMs);
    }
    const pose = poseAt(buffer, nowMs);
    if (!pose) continue;
    const truth = (speed * (pose.shownTime - START_MS)) / 1_000;
    frames.push({ nowMs, opacity: pose.opacity, aheadMetres: metresNorth(pose) - BEHIND_METRES - truth });
  }
  expect(fadesOf(frames)).toHaveLength(1);
  const [fadeMs] = fadesOf(frames);
  for (const { nowMs, aheadMetres } of frames)
    if (nowMs > fadeMs! + 400) expect(Math.abs(aheadMetres)).toBeLessThan(4);
});

test('[P9] a car that stood, and is known to have driven off, is shown as measured no more while it fades', () => {
  const parked: Fix = { ...at(0, BEHIND_METRES), speed: 0, accuracy: 5, time: START_MS };
  let buffer = withVehiclePace(withRoute(EMPTY_BUFFER, route), 1_000);
  buffer = receiveFixes(buffer, [parked], START_MS + 60);
  expect(poseAt(buffer, START_MS + 7_000)!.kind).toBe('measured');
  const far: Fix = {
    ...at(0, BEHIND_METRES + 60),
    speed: 10,
    heading: 0,
    accuracy: 5,
    time: START_MS + 7_000,
  };
  buffer = receiveFixes(buffer, [far], far.time + 60);
  const kinds = [100, 600].map((afterMs) => poseAt(buffer, far.time + afterMs)!.kind);
  expect(kinds).toEqual(['stale', 'interpolated']);
});
