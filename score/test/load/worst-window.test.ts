import { expect, test } from '@jest/globals';
import type { Pose } from '@tripcast/rider-web/glide';
import { WorstKeeper, WorstWindow } from '../../src/load/worst-window.ts';
import { TruthTrack } from '../../src/truth/truth-track.ts';

const START = 1_700_000_000_000;
const POSE: Pose = {
  latitude: 1,
  longitude: 2,
  heading: 3,
  kind: 'measured',
  ageMs: 0,
  shownTime: START,
  opacity: 1,
};

function truth(): TruthTrack {
  const track = new TruthTrack(START, 120_000);
  for (let step = 0; step < 1_200; step++) track.add({ latitude: 1, longitude: 2, heading: 3, speed: 0 });
  return track;
}

/** A minute of looks, five a second, all with the same error. */
function minute(window: WorstWindow, fromMs: number, errorMetres: number | undefined): void {
  for (let ms = 0; ms <= 60_000; ms += 200) window.look(fromMs + ms, POSE, errorMetres);
}

test('the worst minute of all riders is kept, with what was true and what was measured in it', () => {
  const keeper = new WorstKeeper();
  [3, 9, 5].forEach((errorMetres, rider) => {
    const window = new WorstWindow(keeper, rider, `v${rider}`, truth());
    window.begin(`trip-${rider}`);
    window.heardRoute('route');
    window.received({ time: START, latitude: 1, longitude: 2, accuracy: 4 }, START + 60);
    minute(window, START, errorMetres);
  });
  expect(keeper.worst).toMatchObject({ rider: 1, tripId: 'trip-1', vehicleId: 'v1', route: 'route' });
  expect(keeper.worst!.why).toContain('9.0 m');
  expect(keeper.worst!.measured).toEqual([
    { atMs: START, receivedMs: START + 60, latitude: 1, longitude: 2, accuracy: 4 },
  ]);
  expect(keeper.worst!.shown).toHaveLength(301);
  expect(keeper.worst!.truth.length).toBeGreaterThan(290);
});

test('a minute of which hardly anything could be graded is no picture', () => {
  const keeper = new WorstKeeper();
  const window = new WorstWindow(keeper, 0, 'v', truth());
  minute(window, START, undefined);
  window.look(START + 61_000, POSE, 99);
  window.close(START + 62_000);
  expect(keeper.worst).toBeUndefined();
});

test('the next minute begins empty', () => {
  const keeper = new WorstKeeper();
  const window = new WorstWindow(keeper, 0, 'v', truth());
  minute(window, START, 1);
  minute(window, START + 60_200, 2);
  expect(keeper.worst!.shown[0]!.atMs).toBeGreaterThan(START + 60_000);
});
