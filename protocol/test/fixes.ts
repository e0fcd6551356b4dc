// Arbitrary fixes for property tests.

import fc from 'fast-check';
import { type Fix, MAX_TIME } from '../src/index.ts';

const degrees = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });

/** Any fix that the 20 bytes can hold, edges included: fast-check prefers the ends of its ranges. */
export const anyFix: fc.Arbitrary<Fix> = fc
  .record(
    {
      latitude: degrees(90),
      longitude: degrees(180),
      time: fc.oneof(
        fc.integer({ min: 0, max: MAX_TIME }),
        fc.integer({ min: 2 ** 32 - 2, max: 2 ** 32 + 2 }),
        fc.integer({ min: MAX_TIME - 2, max: MAX_TIME }),
      ),
      heading: fc.double({ min: 0, max: 360, maxExcluded: true, noNaN: true }),
      speed: fc.oneof(
        fc.double({ min: 0, max: 700, noNaN: true }),
        fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      ),
      accuracy: fc.oneof(
        fc.double({ min: 0, max: 300, noNaN: true }),
        fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      ),
      simulated: fc.constant(true as const),
    },
    { requiredKeys: ['latitude', 'longitude', 'time'] },
  )
  .map((fix) => fix as Fix);

/** Any 20 bytes whose kind is right and whose other fields are left to chance: most are refused. */
export const anyFixBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.nat(15), fc.uint8Array({ minLength: 19, maxLength: 19 }))
  .map(([flags, others]) => Uint8Array.of(0x10 | flags, ...others));
