import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeFixes, encodeFixes, fixEvent, parseFix } from '../src/index.ts';
import { anyFix } from './fixes.ts';
import { seeded } from './seed.ts';

test(`[W6] a fix comes back from JSON exactly as it was ${seeded}`, () => {
  fc.assert(
    fc.property(anyFix, (fix) => {
      const text = JSON.stringify(fixEvent(fix));
      // JSON has no negative zero, and a position needs none
      expect(parseFix(JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(fix)));
    }),
  );
});

test(`[W6] what parses fits the 20 bytes, and so comes back from them ${seeded}`, () => {
  fc.assert(
    fc.property(fc.oneof(anyFix.map(fixEvent), nearlyAFix), (value) => {
      const fix = parseFix(value);
      if (fix) expect(decodeFixes(encodeFixes([fix]))?.[0]?.time).toBe(fix.time);
    }),
    { numRuns: 1_000 },
  );
});

test('[W6] what is unknown is left out, never 0', () => {
  expect(JSON.stringify(fixEvent({ latitude: 1, longitude: 2, time: 3 }))).toBe(
    '{"type":"fix","latitude":1,"longitude":2,"time":3}',
  );
});

const anything = fc.oneof(
  fc.double(),
  fc.integer({ min: -1, max: 361 }),
  fc.constantFrom(null, undefined, true, false, '', '1', [], {}),
);

/** Objects with a fix's fields and any values in them. */
const nearlyAFix = fc.record({
  latitude: fc.oneof(fc.double({ min: -91, max: 91 }), anything),
  longitude: fc.oneof(fc.double({ min: -181, max: 181 }), anything),
  time: fc.oneof(fc.nat(), anything),
  heading: anything,
  speed: anything,
  accuracy: anything,
  simulated: fc.oneof(fc.boolean(), anything),
});
