import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  EMPTY_BUFFER,
  metresBetween,
  poseAt,
  receiveFixes,
  turnBetween,
  withRoute,
} from '../../src/glide/index.ts';
import { anyArrivals, at, type Frame, play, ROUTE, routeDrive, START_MS } from './streams.ts';

/** The fastest that a car is ever shown: 1.5 × 70 m/s + 3 m/s, to catch up (leg.ts), and a millimetre for rounding. */
const FASTEST = 108;
const ROUNDING_METRES = 0.01;
/** A car joins a route that it stands within this of. */
const SNAP_JUMP_METRES = 1;

describe('whatever a vehicle sends, from anywhere', () => {
  test('a pose has numbers in their ranges', () => {
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        const wrong = play(arrivals, undefined, 500).filter(
          ({ pose }) =>
            !(Math.abs(pose.latitude) <= 90 && Math.abs(pose.longitude) <= 180) ||
            !(pose.heading >= 0 && pose.heading < 360) ||
            !(pose.opacity >= 0 && pose.opacity <= 1) ||
            !(pose.ageMs >= 0 && Number.isFinite(pose.shownTime)),
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  test('a car does not jump, except through a fade', () => {
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        expect(longestJump(play(arrivals, undefined, 40))).toBeLessThanOrEqual(ROUNDING_METRES);
      }),
    );
  });

  test('the same buffer and time give the same pose, in any order of asking', () => {
    fc.assert(
      fc.property(anyArrivals, fc.array(fc.integer({ min: -60_000, max: 600_000 })), (arrivals, offsets) => {
        let buffer = EMPTY_BUFFER;
        for (const { fixes, receivedMs } of arrivals) buffer = receiveFixes(buffer, fixes, receivedMs);
        const asked = offsets.map((offset) => poseAt(buffer, START_MS + offset));
        const again = [...offsets].reverse().map((offset) => poseAt(buffer, START_MS + offset));
        expect(again.reverse()).toEqual(asked);
      }),
    );
  });
});

describe('on a route with 6 m of GPS error and up to 2 s of jitter', () => {
  test('a car never goes backward along it, except through a fade', () => {
    fc.assert(
      fc.property(routeDrive, (arrivals) => {
        const backward = drivenPairs(play(arrivals, ROUTE)).map(
          ([before, after]) => before.pose.onRoute!.metres - after.pose.onRoute!.metres,
        );
        expect(Math.max(0, ...backward)).toBeLessThanOrEqual(ROUNDING_METRES);
      }),
    );
  });

  test('a car does not jump, except through a fade', () => {
    fc.assert(
      fc.property(routeDrive, (arrivals) => {
        expect(longestJump(play(arrivals, ROUTE, 20))).toBeLessThanOrEqual(SNAP_JUMP_METRES);
      }),
    );
  });

  test('a car stays on its street, and turns its corners the short way', () => {
    fc.assert(
      fc.property(routeDrive, (arrivals) => {
        const frames = play(arrivals, ROUTE, 100);
        expect(frames.filter(({ pose }) => !pose.onRoute)).toEqual([]);
        // The streets lead east (90°) and north (0°): the short way between them never looks south or west.
        const turns = frames.map(({ pose }) => Math.abs(turnBetween(45, pose.heading)));
        expect(Math.max(...turns)).toBeLessThanOrEqual(45.01);
      }),
    );
  });
});

/** Consecutive frames in both of which the car is wholly there. */
function drivenPairs(frames: readonly Frame[]): [Frame, Frame][] {
  return frames.slice(1).flatMap((after, index): [Frame, Frame][] => {
    const before = frames[index]!;
    return before.pose.opacity === 1 && after.pose.opacity === 1 ? [[before, after]] : [];
  });
}

/** The most, in metres, by which a car moved between two frames beyond what the fastest car drives. */
function longestJump(frames: readonly Frame[]): number {
  const jumps = drivenPairs(frames).map(
    ([before, after]) =>
      metresBetween(before.pose, after.pose) - (FASTEST * (after.nowMs - before.nowMs)) / 1000,
  );
  return Math.max(0, ...jumps);
}

describe('the first fix', () => {
  const fix = { ...at(100, 3), heading: 90, speed: 10, accuracy: 5, time: START_MS };

  test('without one, nothing is shown', () => {
    expect(poseAt(EMPTY_BUFFER, START_MS)).toBeUndefined();
    expect(poseAt(receiveFixes(EMPTY_BUFFER, [], START_MS), START_MS)).toBeUndefined();
  });

  test('[P9] is shown at once, as far on as its car must be by now, with its age', () => {
    const pose = poseAt(receiveFixes(EMPTY_BUFFER, [fix], START_MS + 3_000), START_MS + 3_000)!;
    expect(pose.ageMs).toBe(3_000);
    expect(pose.kind).toBe('extrapolated');
    expect(pose.heading).toBeCloseTo(90, 1);
    expect(metresBetween(pose, at(100 + (pose.shownTime - START_MS) / 100, 3))).toBeLessThan(2);
  });

  test('of a car that stands is shown where it was measured', () => {
    const parked = { ...fix, speed: 0 };
    const pose = poseAt(receiveFixes(EMPTY_BUFFER, [parked], START_MS), START_MS + 60_000)!;
    expect(metresBetween(pose, parked)).toBeLessThan(0.01);
  });

  test('is shown on its route when it is near it', () => {
    const buffer = receiveFixes(withRoute(EMPTY_BUFFER, ROUTE), [fix], START_MS);
    const pose = poseAt(buffer, START_MS)!;
    expect(pose.onRoute?.metres).toBeCloseTo(100, 1);
    expect(metresBetween(pose, at(pose.onRoute!.metres, 0))).toBeLessThan(0.1);
  });

  test('is shown before its time too: a frame may be older than a message', () => {
    const pose = poseAt(receiveFixes(EMPTY_BUFFER, [fix], START_MS), START_MS - 60_000)!;
    expect(metresBetween(pose, fix)).toBeLessThan(15);
    expect(pose.ageMs).toBe(0);
  });

  test('of a track that comes whole, the newest is shown: the past is no film', () => {
    const track = Array.from({ length: 300 }, (_, index) => ({
      ...at(index * 8, 0),
      time: START_MS + index * 1000,
    }));
    const pose = poseAt(receiveFixes(EMPTY_BUFFER, track, START_MS + 299_500), START_MS + 299_500)!;
    expect(metresBetween(pose, track.at(-1)!)).toBeLessThan(8);
  });
});

describe('a steady drive at 1 Hz on a good network', () => {
  const arrivals = Array.from({ length: 30 }, (_, index) => ({
    receivedMs: START_MS + index * 1000 + 60,
    fixes: [{ ...at(index * 10, 0), heading: 90, speed: 10, accuracy: 5, time: START_MS + index * 1000 }],
  }));

  test('is shown less than half a second behind, at constant speed', () => {
    const frames = play(arrivals, ROUTE, 50, 0).filter(({ nowMs }) => nowMs > START_MS + 5_000);
    for (const { pose, nowMs } of frames) {
      expect(nowMs - pose.shownTime).toBeLessThanOrEqual(500);
      expect(nowMs - pose.shownTime).toBeGreaterThanOrEqual(250);
      // Constant speed: what is shown is where the car was at that moment.
      expect(metresBetween(pose, at((pose.shownTime - START_MS) / 100, 0))).toBeLessThan(0.6);
      expect(['interpolated', 'measured']).toContain(pose.kind);
    }
  });

  test('[P9] a car that is shown late says of which moment it is shown', () => {
    // It stands for 10 s and drives off; of the start nothing is heard for 3 s.
    const metresAt = (seconds: number): number =>
      seconds < 10 ? 0 : seconds < 15 ? (seconds - 10) ** 2 : 10 * seconds - 125;
    const late = Array.from({ length: 24 }, (_, second) => ({
      receivedMs: START_MS + (second > 10 && second < 14 ? 14_060 : second * 1000 + 60),
      fixes: [
        {
          ...at(metresAt(second), 0),
          heading: 90,
          speed: Math.max(0, Math.min(10, 2 * (second - 10))),
          accuracy: 5,
          time: START_MS + second * 1000,
        },
      ],
    }));
    const delays: number[] = [];
    const frames = play(late, ROUTE, 50, 0);
    for (const { pose, nowMs } of frames) {
      if (nowMs < START_MS + 14_500 || nowMs > START_MS + 23_500) continue;
      expect(metresBetween(pose, at(metresAt((pose.shownTime - START_MS) / 1000), 0))).toBeLessThan(4);
      delays.push(nowMs - pose.shownTime);
    }
    expect(Math.max(...delays)).toBeGreaterThan(800);
    expect(delays.at(-1)).toBeLessThan(500);
  });

  test('the delay does not depend on the vehicle’s clock', () => {
    for (const skewMs of [-1_900, 1_900]) {
      const skewed = arrivals.map(({ receivedMs, fixes }) => ({
        receivedMs,
        fixes: fixes.map((fix) => ({ ...fix, time: fix.time + skewMs })),
      }));
      const { pose, nowMs } = play(skewed, ROUTE, 50, 0).at(-1)!;
      expect(nowMs + skewMs - pose.shownTime).toBeLessThanOrEqual(500);
      expect(nowMs + skewMs - pose.shownTime).toBeGreaterThanOrEqual(250);
    }
  });

  test.each([
    ['still drove', [10, 8, 6, 4], 'extrapolated'],
    ['stood', [10, 6, 2, 0, 0], 'measured'],
  ])(
    '[P9] a car that %s when it was last heard of, and is shown standing, is told as that',
    (_how, speeds, kind) => {
      let metres = 0;
      const braking = [...Array<number>(10).fill(10), ...speeds].map((speed, second) => {
        const fix = { ...at(metres, 0), heading: 90, speed, accuracy: 5, time: START_MS + second * 1000 };
        metres += speed;
        return { receivedMs: fix.time + 60, fixes: [fix] };
      });
      const lastMs = braking.at(-1)!.receivedMs;
      const frames = play(braking, ROUTE, 100, 12_000);
      const silent = frames.filter(({ nowMs }) => nowMs > lastMs + 4_000 && nowMs < lastMs + 7_000);
      expect(new Set(silent.map(({ pose }) => pose.kind))).toEqual(new Set([kind]));
      expect(metresBetween(silent[0]!.pose, silent.at(-1)!.pose)).toBeLessThan(1);
      expect(frames.at(-1)!.pose.kind).toBe('stale');
    },
  );

  test('[P9] when it stops, the car rolls on for at most 8 s and 150 m, looks different, then says so', () => {
    const frames = play(arrivals, ROUTE, 100, 20_000);
    const lastMs = arrivals.at(-1)!.receivedMs;
    const place = (ms: number) => frames.find(({ nowMs }) => nowMs >= lastMs + ms)!.pose;
    expect(place(500).kind).toBe('interpolated');
    expect(place(2_500).kind).toBe('extrapolated');
    expect(place(12_000).kind).toBe('stale');
    expect(place(12_000).ageMs).toBeGreaterThan(11_000);
    const rolled = place(12_000).onRoute!.metres - 290;
    expect(rolled).toBeGreaterThan(20);
    expect(rolled).toBeLessThanOrEqual(150);
    expect(place(20_000).onRoute!.metres).toBe(place(12_000).onRoute!.metres);
  });

  test('after a gap of a minute the car fades to where it is, and does not drive through the houses', () => {
    const later = { ...at(400, 250), heading: 0, speed: 10, accuracy: 5, time: START_MS + 90_000 };
    const frames = play(
      [...arrivals, { receivedMs: START_MS + 90_060, fixes: [later] }],
      undefined,
      20,
      3_000,
    );
    const faded = frames.filter(({ pose }) => pose.opacity < 1);
    expect(faded.length).toBeGreaterThan(10);
    frames.forEach(({ pose }) => {
      const onFirstStreet =
        metresBetween(pose, at(0, 0)) < 460 && Math.abs(pose.latitude - at(0, 0).latitude) < 1e-5;
      expect(onFirstStreet || pose.latitude > at(0, 200).latitude).toBe(true);
    });
  });

  test('a backlog out of a tunnel is not played as a film', () => {
    const backlog = Array.from({ length: 60 }, (_, index) => ({
      ...at(290 + index * 2, 0),
      heading: 90,
      speed: 2,
      accuracy: 5,
      time: START_MS + (30 + index) * 1000,
    }));
    const receivedMs = START_MS + 89_500;
    const frames = play([...arrivals, { receivedMs, fixes: backlog }], ROUTE, 50, 4_000);
    const { pose } = frames.find(({ nowMs }) => nowMs >= receivedMs + 1_500)!;
    expect(metresBetween(pose, backlog.at(-1)!)).toBeLessThan(15);
  });
});

describe('a car that stands', () => {
  const jitter = [0, 4, -5, 3, -2, 6, -6, 1, 5, -4];
  const standing = (speed?: number) =>
    jitter.map((metres, index) => ({
      receivedMs: START_MS + index * 1000 + 60,
      fixes: [
        {
          ...at(metres, -metres),
          heading: (index * 77) % 360,
          accuracy: 9,
          time: START_MS + index * 1000,
          ...(speed !== undefined && { speed }),
        },
      ],
    }));

  test.each([
    ['says so', 0.3],
    ['has no speedometer', undefined],
  ])('at a red light moves nothing and does not spin, when its phone %s', (_, speed) => {
    const [first, ...later] = play(standing(speed));
    for (const { pose } of later) {
      expect(metresBetween(first!.pose, pose)).toBe(0);
      expect(pose.heading).toBe(first!.pose.heading);
    }
  });
});

describe('at the edges of the map', () => {
  test('a car crosses the date line the short way', () => {
    const arrivals = Array.from({ length: 10 }, (_, index) => {
      const longitude = 179.9995 + index * 0.0001;
      return {
        receivedMs: START_MS + index * 1000 + 60,
        fixes: [
          {
            latitude: 0,
            longitude: longitude > 180 ? longitude - 360 : longitude,
            heading: 90,
            speed: 11,
            accuracy: 5,
            time: START_MS + index * 1000,
          },
        ],
      };
    });
    for (const { pose } of play(arrivals)) {
      expect(Math.abs(pose.longitude)).toBeGreaterThan(179.99);
      expect(pose.heading).toBeCloseTo(90, 3);
    }
  });

  test('a car over the pole keeps its numbers', () => {
    const arrivals = [89.9999, 90, 89.9999].map((latitude, index) => ({
      receivedMs: START_MS + index * 1000 + 60,
      fixes: [{ latitude, longitude: index * 90, speed: 10, accuracy: 3, time: START_MS + index * 1000 }],
    }));
    for (const { pose } of play(arrivals)) {
      expect(pose.latitude).toBeGreaterThan(89.99);
      expect(pose.latitude).toBeLessThanOrEqual(90);
      expect(Number.isFinite(pose.longitude + pose.heading)).toBe(true);
    }
  });
});
