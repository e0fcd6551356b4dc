import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  checkFixes,
  decodeFix,
  decodeFixes,
  encodeFix,
  encodeFixes,
  FIX_BYTES,
  type Fix,
  fixTime,
  LIMITS,
  MAX_TIME,
  refusalOf,
} from '../src/index.ts';
import { anyFix, anyFixBytes } from './fixes.ts';
import { viewOf } from './fixture-files.ts';
import { seeded } from './seed.ts';

const HALF_STEP = 0.5 + 1e-6; // of a field's unit; the margin is for the division's own rounding
const MONTEVIDEO = { latitude: -34.9055, longitude: -56.1913, time: 1_795_000_000_000 } satisfies Fix;

describe(`[W3] round trips ${seeded}`, () => {
  test('a fix comes back within half a step of each field, accuracy never smaller', () => {
    fc.assert(
      fc.property(anyFix, (fix) => {
        const [back] = decodeFixes(encodeFixes([fix]))!;
        expect(Math.abs(back!.latitude - fix.latitude) * 1e7).toBeLessThanOrEqual(HALF_STEP);
        expect(Math.abs(back!.longitude - fix.longitude) * 1e7).toBeLessThanOrEqual(HALF_STEP);
        expect(back!.time).toBe(fix.time);
        expect(back!.simulated).toBe(fix.simulated);
        expectHeading(back!.heading, fix.heading);
        expectSpeed(back!.speed, fix.speed);
        expectAccuracy(back!.accuracy, fix.accuracy);
      }),
    );
  });

  test('what was decoded encodes to the same bytes', () => {
    fc.assert(
      fc.property(anyFix, (fix) => {
        const bytes = encodeFixes([fix]);
        expect(encodeFixes(decodeFixes(bytes)!)).toEqual(bytes);
      }),
    );
  });

  test('whatever fix is encoded, a server whose clock shows its time accepts it', () => {
    fc.assert(
      fc.property(anyFix, (fix) => {
        expect(refusalOf(viewOf(encodeFixes([fix])), 0, fix.time)).toBeUndefined();
      }),
    );
  });

  test('messages keep the order and number of their fixes', () => {
    fc.assert(
      fc.property(fc.array(anyFix, { maxLength: LIMITS.fixesPerMessage }), (fixes) => {
        const message = encodeFixes(fixes);
        expect(message).toHaveLength(fixes.length * FIX_BYTES);
        expect(decodeFixes(message)!.map(({ time }) => time)).toEqual(fixes.map(({ time }) => time));
      }),
    );
  });

  test('a fix inside a larger buffer is read where it lies', () => {
    const buffer = new ArrayBuffer(7 + FIX_BYTES + 5);
    new Uint8Array(buffer).fill(0xee);
    encodeFix(MONTEVIDEO, new DataView(buffer, 7), 0);
    expect(decodeFixes(new Uint8Array(buffer, 7, FIX_BYTES))).toEqual([MONTEVIDEO]);
  });
});

describe('[W3] rounding edges', () => {
  test.each([
    [359.994, 359.99],
    [359.996, 0],
    [359.999999, 0],
    [0.004, 0],
    [0.006, 0.01],
  ])('heading %d is sent as %d', (heading, sent) => {
    expect(roundTrip({ heading }).heading).toBe(sent);
  });

  test.each([
    [655.34, 655.34],
    [655.341, undefined],
    [655.35, undefined],
    [Number.MAX_VALUE, undefined],
    [0.004, 0],
  ])('speed %d is sent as %p', (speed, sent) => {
    expect(roundTrip({ speed }).speed).toBe(sent);
  });

  test.each([
    [0, 0],
    [0.1, 1],
    [253, 253],
    [253.1, 254],
    [254, 254],
    [255, 254],
    [300, 254],
    [Number.MAX_VALUE, 254],
  ])('accuracy %d is sent as %d', (accuracy, sent) => {
    expect(roundTrip({ accuracy }).accuracy).toBe(sent);
  });

  test.each([1e-7, -1e-7, 89.9999999, -89.9999999, 90, -90, 0.00000004, -0.00000004])(
    'latitude %d is sent to the nearest 1e-7 degree',
    (latitude) => {
      expect(roundTrip({ latitude }).latitude).toBeCloseTo(latitude, 7);
    },
  );

  test.each([0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 47, MAX_TIME])(
    'time %d is sent exactly',
    (time) => {
      expect(roundTrip({ time }).time).toBe(time);
    },
  );
});

describe('[W3] an encoder refuses what the bytes cannot hold', () => {
  test.each([
    ['latitude', [90.0000001, -90.0000001, Number.NaN, Number.POSITIVE_INFINITY]],
    ['longitude', [180.0000001, -180.0000001, Number.NaN, Number.NEGATIVE_INFINITY]],
    ['heading', [-0.01, 360, 720, Number.NaN]],
    ['speed', [-0.01, Number.NaN]],
    ['accuracy', [-0.01, Number.NaN]],
    ['time', [-1, 0.5, 2 ** 48, Number.NaN, Number.POSITIVE_INFINITY]],
  ])('%s', (field, values) => {
    for (const value of values) {
      expect(() => encodeFixes([{ ...MONTEVIDEO, [field]: value }])).toThrow(RangeError);
      expect(() => encodeFixes([{ ...MONTEVIDEO, [field]: value }])).toThrow(`${field} must`);
    }
  });

  test('a refused fix leaves the buffer as it was', () => {
    const bytes = new Uint8Array(FIX_BYTES).fill(0xee);
    expect(() => encodeFix({ ...MONTEVIDEO, accuracy: -1 }, viewOf(bytes), 0)).toThrow(RangeError);
    expect([...bytes]).toEqual(Array(FIX_BYTES).fill(0xee));
  });
});

describe('[W2] the shape of a message', () => {
  test('every cut of a full message is malformed, except between two fixes', () => {
    const message = encodeFixes(Array.from({ length: 64 }, (_, i) => ({ ...MONTEVIDEO, time: i })));
    for (let length = 0; length <= message.length; length++) {
      const whole = length % FIX_BYTES === 0 ? length / FIX_BYTES : undefined;
      expect(checkFixes(viewOf(message.subarray(0, length)))).toBe(whole);
      expect(decodeFixes(message.subarray(0, length))?.length).toBe(whole);
    }
  });

  test('every kind but 1 makes the whole message malformed, wherever it stands', () => {
    for (let kind = 0; kind < 16; kind++) {
      for (const position of [0, 1, 63]) {
        const message = encodeFixes(Array(64).fill(MONTEVIDEO));
        message[position * FIX_BYTES] = kind << 4;
        expect(checkFixes(viewOf(message))).toBe(kind === 1 ? 64 : undefined);
      }
    }
  });
});

describe('[W4] a fix is refused alone', () => {
  test('every reserved flag, in every combination', () => {
    const view = viewOf(encodeFixes([MONTEVIDEO]));
    for (let flags = 0; flags < 16; flags++) {
      view.setUint8(0, 0x10 | flags);
      expect(refusalOf(view, 0, MONTEVIDEO.time)).toBe(flags > 1 ? 'fix_invalid' : undefined);
    }
  });

  test('every heading from 36,000 to 65,534', () => {
    const view = viewOf(encodeFixes([MONTEVIDEO]));
    for (let heading = 0; heading <= 0xffff; heading++) {
      view.setUint16(2, heading, true);
      const refused = heading >= 36_000 && heading <= 65_534;
      if ((refusalOf(view, 0, MONTEVIDEO.time) === 'fix_invalid') !== refused) throw new Error(`${heading}`);
    }
  });

  test(`every latitude and longitude out of range ${seeded}`, () => {
    const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const edges = [90e7, 90e7 + 1, -90e7, -90e7 - 1, 180e7, 180e7 + 1, -180e7, -180e7 - 1].map((edge) =>
      fc.constant(edge),
    );
    fc.assert(
      fc.property(fc.oneof(i32, ...edges), fc.oneof(i32, ...edges), (latitude, longitude) => {
        const view = viewOf(encodeFixes([MONTEVIDEO]));
        view.setInt32(4, latitude, true);
        view.setInt32(8, longitude, true);
        const refused = latitude > 90e7 || latitude < -90e7 || longitude > 180e7 || longitude < -180e7;
        expect(refusalOf(view, 0, MONTEVIDEO.time)).toBe(refused ? 'fix_invalid' : undefined);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    [10_000, undefined],
    [10_001, 'fix_from_future'],
    [-86_400_000, undefined],
    [-86_400_001, 'fix_too_old'],
  ])("a time %d ms off the server's clock: %p", (offMs, refusal) => {
    expect(refusalOf(viewOf(encodeFixes([MONTEVIDEO])), 0, MONTEVIDEO.time - offMs)).toBe(refusal);
  });

  test(`bytes read in place and fields read one by one agree on everything ${seeded}`, () => {
    const clock = fc.oneof(
      fc.nat(MAX_TIME),
      fc.integer({ min: -LIMITS.fixAheadMs - 2, max: LIMITS.fixBehindMs + 2 }),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyFixBytes,
          anyFix.map((fix) => encodeFixes([fix])),
        ),
        clock,
        (bytes, off) => {
          const view = viewOf(bytes);
          for (const nowMs of [off, fixTime(view, 0) + off]) {
            expect(refusalOf(view, 0, nowMs)).toBe(naiveRefusalOf(bytes, nowMs));
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe(`[W2] garbage never throws ${seeded}`, () => {
  test('any bytes: the check in place and the decoder agree, and each fix decodes', () => {
    const nearly = fc
      .array(anyFixBytes, { maxLength: 66 })
      .map((fixes) => Uint8Array.from(fixes.flatMap((b) => [...b])));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 1_400 }), nearly), fc.nat(MAX_TIME), (bytes, nowMs) => {
        const count = checkFixes(viewOf(bytes));
        expect(count).toBe(naiveCount(bytes));
        expect(decodeFixes(bytes)?.length).toBe(count);
        for (let index = 0; index < (count ?? 0); index++) {
          refusalOf(viewOf(bytes), index * FIX_BYTES, nowMs);
          expect(fixTime(viewOf(bytes), index * FIX_BYTES)).toBe(
            decodeFix(viewOf(bytes), index * FIX_BYTES).time,
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});

function roundTrip(fields: Partial<Fix>): Fix {
  return decodeFixes(encodeFixes([{ ...MONTEVIDEO, ...fields }]))![0]!;
}

function expectHeading(sent: number | undefined, measured: number | undefined): void {
  if (measured === undefined) {
    expect(sent).toBeUndefined();
  } else {
    const apart = Math.abs(sent! - measured);
    expect(Math.min(apart, 360 - apart) * 100).toBeLessThanOrEqual(HALF_STEP);
    expect(sent).toBeLessThan(360);
  }
}

function expectSpeed(sent: number | undefined, measured: number | undefined): void {
  if (measured === undefined || measured > 655.34) expect(sent).toBeUndefined();
  else expect(Math.abs(sent! - measured) * 100).toBeLessThanOrEqual(HALF_STEP);
}

function expectAccuracy(sent: number | undefined, measured: number | undefined): void {
  if (measured === undefined) expect(sent).toBeUndefined();
  else if (measured > 253) expect(sent).toBe(254);
  else {
    expect(sent! - measured).toBeGreaterThanOrEqual(0);
    expect(sent! - measured).toBeLessThanOrEqual(1);
  }
}

/** The table of docs/protocol.md read digit by digit, with none of the codec's own reading. */
function naiveRefusalOf(bytes: Uint8Array, nowMs: number): string | undefined {
  const number = (offset: number, length: number) =>
    Number(
      [...bytes.subarray(offset, offset + length)].reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n),
    );
  const signed = (offset: number) => {
    const value = number(offset, 4);
    return value >= 2 ** 31 ? value - 2 ** 32 : value;
  };
  const flags = bytes[0]! % 16;
  const heading = number(2, 2);
  const [latitude, longitude] = [signed(4) / 1e7, signed(8) / 1e7];
  const time = number(14, 6);
  if (flags > 1) return 'fix_invalid';
  if (heading !== 65_535 && heading / 100 >= 360) return 'fix_invalid';
  if (latitude > 90 || latitude < -90 || longitude > 180 || longitude < -180) return 'fix_invalid';
  if (time - nowMs > 10_000) return 'fix_from_future';
  if (nowMs - time > 24 * 60 * 60 * 1_000) return 'fix_too_old';
  return undefined;
}

function naiveCount(bytes: Uint8Array): number | undefined {
  const kinds = [...bytes].filter((_, offset) => offset % 20 === 0).map((byte) => Math.floor(byte / 16));
  if (bytes.length % 20 !== 0 || kinds.length > 64 || kinds.some((kind) => kind !== 1)) return undefined;
  return kinds.length;
}
