import { expect, test } from '@jest/globals';
import {
  playbackDelayMs,
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

test('a good network at 1 Hz is shown at most a second behind', () => {
  expect(playbackDelayMs(steady(60, 1000))).toBe(960);
});

test('before anything is measured, a good network at 1 Hz is assumed', () => {
  expect(playbackDelayMs(UNKNOWN_RHYTHM)).toBe(1_000);
});

test('one late fix does not slow the rest down; a jittery network does', () => {
  expect(playbackDelayMs(withTransit(steady(60, 1000), 4_000))).toBe(960);
  let jittery = steady(60, 1000);
  for (const transitMs of [900, 100, 1500, 700, 1200, 300]) jittery = withTransit(jittery, transitMs);
  expect(playbackDelayMs(jittery)).toBeGreaterThan(1_500);
});

test('an announced pace counts at once, in both directions', () => {
  expect(playbackDelayMs(withPace(steady(60, 5000), 1000))).toBe(960);
  expect(playbackDelayMs(withPace(steady(60, 1000), 5000))).toBe(4_560);
});

test('a backlog says nothing about the network', () => {
  expect(playbackDelayMs(withTransit(UNKNOWN_RHYTHM, 60_000))).toBe(1_000);
});

test('no car is shown more than 8 s behind its fixes', () => {
  expect(playbackDelayMs(steady(4_000, 30_000))).toBe(8_000);
});
