import { describe, expect, test } from '@jest/globals';
import { SortWindow } from '../src/sort-window.ts';

/** How long each of the fixes is held that come one after the other with these steps. */
function holds(window: SortWindow, ...steps: number[]): number[] {
  return steps.map((step) => window.holdMs(step));
}

describe('the sort window', () => {
  test('holds nothing while the cadence has no hole, whatever the cadence is', () => {
    expect(holds(new SortWindow(2_000), 1_000, 1_010, 990, 1_400)).toEqual([0, 0, 0, 0]);
    expect(holds(new SortWindow(2_000), 200, 200, 210)).toEqual([0, 0, 0]);
  });

  test('holds a fix that leaves a hole before it', () => {
    expect(holds(new SortWindow(2_000), 1_000, 2_000, 1_000)).toEqual([0, 2_000, 0]);
  });

  test('stops waiting after three waits in vain, and starts again when a fix does come late', () => {
    const window = new SortWindow(2_000);
    for (let wait = 0; wait < 3; wait++) {
      expect(holds(window, 1_000, 3_000)).toEqual([0, 2_000]);
      window.waitedInVain();
    }
    expect(holds(window, 1_000, 3_000)).toEqual([0, 0]);
    window.cameLate();
    expect(holds(window, 1_000, 3_000)).toEqual([0, 2_000]);
  });

  test('learns a slower cadence', () => {
    const window = new SortWindow(2_000);
    holds(window, ...Array.from({ length: 8 }, () => 5_000));
    expect(window.holdMs(5_000)).toBe(0);
    expect(window.holdMs(10_000)).toBe(2_000);
  });

  test('of 0 ms holds nothing', () => {
    expect(holds(new SortWindow(0), 1_000, 9_000)).toEqual([0, 0]);
  });
});
