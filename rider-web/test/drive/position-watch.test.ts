import { beforeEach, expect, test } from '@jest/globals';
import type { Fix } from '@tripcast/client';
import { PositionWatch } from '../../src/drive/position-watch.ts';
import { SteppedClock } from '../trips/stepped-clock.ts';

let clock: SteppedClock;
let fixes: Fix[];
let asked: number;
let heard: { found: PositionCallback; failed: PositionErrorCallback } | undefined;
let watch: PositionWatch;

/** A phone whose receiver the test speaks for. */
const geolocation = {
  watchPosition(found: PositionCallback, failed?: PositionErrorCallback | null) {
    heard = { found, failed: failed! };
    return 1;
  },
  clearWatch() {
    heard = undefined;
  },
  getCurrentPosition() {
    asked++;
  },
};

beforeEach(() => {
  clock = new SteppedClock(1_790_000_000_000);
  fixes = [];
  asked = 0;
  watch = new PositionWatch({ geolocation, clock, onFix: (fix) => fixes.push(fix), onChange: () => {} });
});

/** The receiver measures once a second. */
async function measures(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await clock.pass(1_000);
    const coords = { latitude: -34.9, longitude: -56.16, accuracy: 5, heading: null, speed: null };
    heard?.found({ timestamp: clock.now(), coords } as GeolocationPosition);
  }
}

const fails = (code: number) => heard?.failed({ code, PERMISSION_DENIED: 1 } as GeolocationPositionError);
const secondsApart = () => fixes.slice(1).map((fix, index) => (fix.time - fixes[index]!.time) / 1_000);

test('every position is a fix while somebody watches, and one in five seconds while nobody does', async () => {
  await measures(4);
  expect(secondsApart()).toEqual([1, 1, 1]);
  watch.setPace(5_000);
  fixes = [];
  await measures(16);
  expect(secondsApart()).toEqual([5, 5]);
  watch.setPace(1_000);
  fixes = [];
  await measures(3);
  expect(secondsApart()).toEqual([1, 1]);
});

test('a phone that stands still and tells nothing is asked, again and again', async () => {
  await measures(2);
  await clock.pass(4_000);
  expect(asked).toBe(1);
  await clock.pass(4_000);
  expect(asked).toBe(2);
  await measures(1);
  await clock.pass(3_000);
  expect(asked).toBe(2);
});

test('a phone that has lost its satellites keeps its last position, with its age', async () => {
  await measures(1);
  const { state } = watch;
  fails(2);
  expect(watch.state).toBe(state);
});

test('one that never had any says that it can’t tell; one whose owner says no measures no more', async () => {
  fails(3);
  expect(watch.state).toEqual({ kind: 'unavailable' });
  fails(1);
  expect(watch.state).toEqual({ kind: 'denied' });
  expect(heard).toBeUndefined();
  await clock.pass(60_000);
  expect(asked).toBe(0);
});

test('after it is closed nothing comes any more, also of what was on its way', async () => {
  const { found } = heard!;
  watch.close();
  watch.close();
  found({ timestamp: clock.now(), coords: {} } as GeolocationPosition);
  expect(fixes).toEqual([]);
  await clock.pass(60_000);
  expect(asked).toBe(0);
});
