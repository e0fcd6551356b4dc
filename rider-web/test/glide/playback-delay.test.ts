import { expect, test } from '@jest/globals';
import {
  playbackDelayMs,
  steppedDelayMs,
  UNKNOWN_RHYTHM,
  withInterval,
  withPace,
  withTransit,
} from '../../src/glide/playback-delay.ts';

const steady = (transitMs: number, intervalMs: number) => {
  let rhythm = UNKNOWN_RHYTHM;
  for (let count = 0; count < 12; count++) {
    rhythm = withInterval(withTransit(rhythm, transitMs), intervalMs);
  }
  return rhythm;
};

test('a good network at 1 Hz is shown less than half a second behind', () => {
  expect(playbackDelayMs(steady(60, 1000))).toBe(310);
});

test('before anything is measured, a good network at 1 Hz is assumed', () => {
  expect(playbackDelayMs(UNKNOWN_RHYTHM)).toBe(350);
});

test('one late fix does not slow the rest down; a jittery network does, but by no more than a second', () => {
  expect(playbackDelayMs(withTransit(steady(60, 1000), 4_000))).toBe(310);
  let jittery = UNKNOWN_RHYTHM;
  for (const transitMs of [900, 100, 1500, 700, 1200, 300]) jittery = withTransit(jittery, transitMs);
  expect(playbackDelayMs(jittery)).toBeGreaterThan(700);
  for (const transitMs of [1900, 2900, 1800, 3700, 2200, 2300]) jittery = withTransit(jittery, transitMs);
  expect(playbackDelayMs(jittery)).toBeLessThanOrEqual(1_000);
});

test('an announced pace counts at once, in both directions', () => {
  expect(playbackDelayMs(withPace(steady(60, 5000), 1000))).toBe(310);
  expect(playbackDelayMs(withPace(steady(60, 1000), 5000))).toBe(3_160);
});

test('a backlog says nothing about the network', () => {
  expect(playbackDelayMs(withTransit(UNKNOWN_RHYTHM, 60_000))).toBe(350);
});

test('no car is shown more than 8 s behind its fixes', () => {
  expect(playbackDelayMs(steady(4_000, 30_000))).toBe(8_000);
});

test('a delay changes little by little, unless the pace has changed', () => {
  expect(steppedDelayMs(undefined, 700)).toBe(700);
  expect(steppedDelayMs(400, 1_000)).toBe(450);
  expect(steppedDelayMs(1_000, 400)).toBe(950);
  expect(steppedDelayMs(4_000, 400)).toBe(400);
});
