import { describe, expect, test } from '@jest/globals';
import type { Fix } from '@tripcast/client';
import { Replay } from '../../src/fleet/replay.ts';
import { metresBetween } from '../../src/glide/index.ts';

const START = 1_800_000_000_000;
const METRE = 1 / 111_195;
/** North at 10 m/s, measured each second for five minutes. */
const FIXES: Fix[] = Array.from({ length: 300 }, (_, second) => ({
  latitude: -34.9 + second * 10 * METRE,
  longitude: -56.18,
  heading: 0,
  speed: 10,
  accuracy: 5,
  time: START + second * 1_000,
}));

describe('a ride once more', () => {
  test('shows what was measured by each moment', () => {
    const replay = new Replay({}, FIXES);
    expect(replay.measuredAt(START - 1)).toBeUndefined();
    expect(replay.measuredAt(START)).toBe(FIXES[0]);
    expect(replay.measuredAt(START + 1_999)).toBe(FIXES[1]);
    expect(replay.measuredAt(replay.endMs + 60_000)).toBe(FIXES.at(-1));
  });

  test('shows what the rider was shown: the same, however one comes to a moment', () => {
    const played = new Replay({}, FIXES);
    const sought = new Replay({}, FIXES);
    for (let ms = START; ms <= START + 250_000; ms += 1_000 / 60) played.displayedAt(ms);
    sought.displayedAt(START + 299_000);
    const [one, other] = [played, sought].map((replay) => replay.displayedAt(START + 250_000)!);
    expect(metresBetween(one!, other!)).toBeLessThan(0.5);
    expect(metresBetween(one!, FIXES[250]!)).toBeLessThan(25);
  });

  test('shows nothing from before the first position has come', () => {
    expect(new Replay({}, FIXES).displayedAt(START + 100)).toBeUndefined();
  });

  test('draws the whole way that was displayed, and stays at its moment', () => {
    const replay = new Replay({}, FIXES);
    const before = replay.displayedAt(START + 100_000)!;
    const line = replay.displayedLine();
    expect(line.length).toBeGreaterThan(250);
    expect(metresBetween(line[0]!, FIXES[0]!)).toBeLessThan(25);
    expect(metresBetween(line.at(-1)!, FIXES.at(-1)!)).toBeLessThan(50);
    expect(replay.displayedAt(START + 100_000)).toEqual(before);
  });
});
