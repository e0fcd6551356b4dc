// A car of which nothing was heard for eight seconds, on a straight route: where is it shown when it is found again?

import { describe, expect, test } from '@jest/globals';
import type { Coordinates, Fix } from '@tripcast/protocol';
import {
  EMPTY_BUFFER,
  poseAt,
  receiveFixes,
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
