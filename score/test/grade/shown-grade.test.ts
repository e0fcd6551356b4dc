import { describe, expect, test } from '@jest/globals';
import type { Pose } from '@tripcast/rider-web/glide';
import { type Oddity, ShownGrade } from '../../src/grade/shown-grade.ts';
import { Tally } from '../../src/grade/tally.ts';
import { TruthTrack } from '../../src/truth/truth-track.ts';

const START = 1_700_000_000_000;
const METRE = 1 / 111_195; // degrees of latitude
const SPEED = 10; // m/s
const LOOK_MS = 200;

/** A car that drives north at 10 m/s from latitude 0, and a rider who is given a fix every second. */
class Drive {
  readonly tally = new Tally();
  readonly #truth = new TruthTrack(START, 120_000);
  readonly oddities: Oddity[] = [];
  readonly #grade = new ShownGrade({
    tally: this.tally,
    truth: this.#truth,
    onOddity: (oddity) => this.oddities.push(oddity),
  });
  #nowMs = START;
  #measuredMetres = 0;

  constructor() {
    for (let step = 0; step <= 600; step++) {
      this.#truth.add({ latitude: (SPEED * METRE * step) / 10, longitude: 0, heading: 0, speed: SPEED });
    }
  }

  /** Fixes come in, and the car is shown where `poseOf` says, at each look of so many seconds. */
  show(
    seconds: number,
    poseOf: (trueMetres: number) => Partial<Pose> & { metres: number },
    options: { fixes?: boolean; isFrozen?: boolean; isLive?: boolean } = {},
  ): this {
    const { fixes = true, isFrozen = false, isLive = true } = options;
    for (const untilMs = this.#nowMs + seconds * 1_000; this.#nowMs < untilMs; this.#nowMs += LOOK_MS) {
      const metres = ((this.#nowMs - START) / 1_000) * SPEED;
      if (fixes && (this.#nowMs - START) % 1_000 === 0) {
        if (!isFrozen) this.#measuredMetres = metres;
        const fix = { latitude: this.#measuredMetres * METRE, longitude: 0, speed: SPEED };
        this.#grade.receive([{ ...fix, time: this.#nowMs }], this.#nowMs);
      }
      const { metres: shownMetres, ...pose } = poseOf(metres);
      this.#grade.look({
        nowMs: this.#nowMs,
        isLive,
        pose: {
          latitude: shownMetres * METRE,
          longitude: 0,
          heading: 0,
          kind: 'interpolated',
          ageMs: 0,
          shownTime: this.#nowMs,
          opacity: 1,
          ...pose,
        },
      });
    }
    return this;
  }

  /** Nobody looks, and nothing comes, for so long. */
  miss(ms: number): this {
    this.#nowMs += ms;
    return this;
  }

  get faults(): { backward: number; jumps: number; wronglyLiveMs: number } {
    return {
      backward: this.tally.countOf('backwardMoves'),
      jumps: this.tally.countOf('unexplainedJumps'),
      wronglyLiveMs: this.tally.countOf('wronglyLiveMs'),
    };
  }
}

const NONE = { backward: 0, jumps: 0, wronglyLiveMs: 0 };

describe('what a rider was shown', () => {
  test('the truth has no error and no fault', () => {
    const drive = new Drive().show(10, (metres) => ({ metres }));
    expect(drive.faults).toEqual(NONE);
    expect(drive.tally.percentile('errorShown', 99)).toBeLessThan(0.05);
    expect(drive.tally.percentile('errorNowRaw', 99)).toBeCloseTo(8, 0); // a marker that waits for the next fix
  });

  test('a car that is shown a second late is right about then, and wrong about now', () => {
    const drive = new Drive().show(2, (metres) => ({ metres }));
    const late = drive.show(10, (metres) => ({
      metres: metres - 10,
      shownTime: START + metres * 100 - 1_000,
    }));
    expect(late.tally.percentile('errorShown', 50)).toBeLessThan(0.05);
    expect(late.tally.percentile('errorNow', 75)).toBeCloseTo(10, 0);
    expect(late.tally.percentile('displayDelay', 75)).toBeCloseTo(1_000, -1);
  });

  test('a move backward is counted once, also when it is made of small ones', () => {
    const drive = new Drive().show(4, (metres) => ({ metres }));
    let metres = 38;
    drive.show(2, () => {
      metres -= 0.4;
      return { metres };
    });
    expect(drive.faults).toEqual({ ...NONE, backward: 1 });
    expect(drive.oddities.map(({ kind }) => kind)).toEqual(['backward']);
  });

  test('trembling by less than a metre is no move backward', () => {
    let sign = 1;
    const drive = new Drive().show(4, () => {
      sign = -sign;
      return { metres: sign * 0.4 };
    });
    expect(drive.faults).toEqual(NONE);
  });

  test('a jump is counted, with how far it was', () => {
    const drive = new Drive()
      .show(4, (metres) => ({ metres }))
      .show(4, (metres) => ({ metres: metres + 50 }));
    expect(drive.faults).toEqual({ ...NONE, jumps: 1 });
    expect(drive.tally.largest('jump')).toBeCloseTo(52, 0);
    expect(drive.oddities).toMatchObject([{ kind: 'jump', nowMs: START + 4_000 }]);
  });

  test('a fade after hidden data explains a jump; a fade alone does not, nor hidden data alone', () => {
    const halfway = (metres: number) => ({ metres: metres + 50, opacity: 0.3 });
    const there = (metres: number) => ({ metres: metres + 50 });
    const hidden = { fixes: false };
    const before = () => new Drive().show(4, (metres) => ({ metres }));
    expect(
      before()
        .show(8, (metres) => ({ metres }), hidden)
        .show(0.4, halfway)
        .show(2, there).faults.jumps,
    ).toBe(0);
    expect(before().show(0.4, halfway).show(2, there).faults.jumps).toBe(1);
    expect(
      before()
        .show(8, (metres) => ({ metres }), hidden)
        .show(2, there).faults.jumps,
    ).toBe(1);
  });

  test('a receiver that repeats one place hides data as silence does', () => {
    const drive = new Drive()
      .show(4, (metres) => ({ metres }))
      .show(8, (metres) => ({ metres }), { isFrozen: true })
      .show(0.4, (metres) => ({ metres: metres + 50, opacity: 0.3 }))
      .show(2, (metres) => ({ metres: metres + 50 }));
    expect(drive.faults.jumps).toBe(0);
  });

  test('a move between looks that are far apart is not judged, but counted', () => {
    const drive = new Drive().show(4, (metres) => ({ metres }));
    drive.miss(600).show(2, (metres) => ({ metres: metres + 50 }));
    expect(drive.faults).toEqual(NONE);
    expect(drive.tally.countOf('lateLooks')).toBe(1);
  });

  test('being live with nothing newer than 10 s is counted by time; saying that it is not live is honest', () => {
    const stand = () => ({ metres: 36 });
    const before = () => new Drive().show(4, (metres) => ({ metres: Math.min(metres, 36) }));
    const lying = before().show(20, stand, { fixes: false });
    expect(lying.faults.wronglyLiveMs).toBeGreaterThan(9_000);
    expect(before().show(20, stand, { fixes: false, isLive: false }).faults).toEqual(NONE);
  });

  test('while it is said not to be live, its place is not graded', () => {
    const drive = new Drive().show(10, () => ({ metres: 500 }), { isLive: false });
    expect(drive.tally.recorded('errorShown')).toBe(0);
    expect(drive.tally.countOf('notLiveMs')).toBe(drive.tally.countOf('lookedMs'));
  });

  test('the heading of a moving car is compared the short way', () => {
    const drive = new Drive().show(4, (metres) => ({ metres, heading: 350 }));
    expect(drive.tally.percentile('headingError', 50)).toBeCloseTo(10, 0);
  });
});
