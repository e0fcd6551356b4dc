import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Fade, fadeFrom, isFadingOut, opacityAt } from '../../src/glide/fade.ts';
import type { Plan } from '../../src/glide/plan.ts';

const plan = (name: string) => ({ name }) as unknown as Plan; // a fade looks into none
const A = plan('a');
const B = plan('b');

test('a fade goes out where the car was, and in where it is', () => {
  const fade = fadeFrom(A, undefined, 1_000);
  expect(opacityAt(fade, 1_000)).toBe(1);
  expect(opacityAt(fade, (fade.startMs + fade.endMs) / 2)).toBeCloseTo(0);
  expect(opacityAt(fade, fade.endMs)).toBe(1);
});

test('a backlog that comes in several messages makes one fade: what is not seen yet is left unseen', () => {
  const fade = fadeFrom(A, undefined, 1_000);
  expect(fadeFrom(B, fade, 1_100)).toBe(fade);
});

test('one fade after another never changes at once how visible the car is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_500 }), (afterMs) => {
      const first: Fade = fadeFrom(A, undefined, 0);
      const second = fadeFrom(B, first, afterMs);
      expect(opacityAt(second, afterMs)).toBeCloseTo(opacityAt(first, afterMs));
      if (second !== first) expect(isFadingOut(second, afterMs)).toBe(true);
    }),
  );
});
