import { describe, expect, test } from '@jest/globals';
import { Backoff } from '../src/backoff.ts';

describe('backoff', () => {
  test('the bound doubles from 0.5 s to 20 s and stays there', () => {
    const backoff = new Backoff(() => 1);
    const bounds = Array.from({ length: 8 }, () => backoff.next());
    expect(bounds).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
  });

  test('the delay is anywhere between 0 and the bound', () => {
    const draws = [0, 0.999, 0.25];
    const backoff = new Backoff(() => draws.shift() ?? 0);
    expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([0, 999, 500]);
  });

  test('after a reset the first delay is short again', () => {
    const backoff = new Backoff(() => 1);
    backoff.next();
    backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });
});
