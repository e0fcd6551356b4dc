import { describe, expect, test } from '@jest/globals';
import { fixOf } from '../../src/drive/fix-of-position.ts';

const NOW = 1_790_000_000_000;

function position(
  coords: Partial<Record<'heading' | 'speed' | 'accuracy', number | null>> = {},
  timestamp = NOW,
) {
  return {
    timestamp,
    coords: { latitude: -34.9, longitude: -56.16, accuracy: 5, heading: null, speed: null, ...coords },
  } as Parameters<typeof fixOf>[0];
}

test('what the browser knows is in the fix, in the standard’s own units', () => {
  const fix = fixOf(position({ heading: 90, speed: 8.3, accuracy: 4.6 }), NOW);
  expect(fix).toEqual({
    latitude: -34.9,
    longitude: -56.16,
    heading: 90,
    speed: 8.3,
    accuracy: 4.6,
    time: NOW,
  });
});

describe('[P9] what it doesn’t know is left out, never 0', () => {
  test.each([
    ['null', null],
    ['NaN, as for a heading at rest', Number.NaN],
    ['-1, as some phones say', -1],
  ])('%s', (_name, unknown) => {
    const fix = fixOf(position({ heading: unknown, speed: unknown }), NOW);
    expect(fix).toEqual({ latitude: -34.9, longitude: -56.16, accuracy: 5, time: NOW });
  });

  test('but a speed of 0 is known', () => {
    expect(fixOf(position({ speed: 0 }), NOW)).toMatchObject({ speed: 0 });
  });
});

test('a heading of 360° is north', () => {
  expect(fixOf(position({ heading: 360 }), NOW)).toMatchObject({ heading: 0 });
});

describe('the time', () => {
  test('is in whole ms', () => {
    expect(fixOf(position({}, NOW - 900.4), NOW)?.time).toBe(NOW - 900);
  });

  test('[P9] of an old position stays old', () => {
    expect(fixOf(position({}, NOW - 3_600_000), NOW)?.time).toBe(NOW - 3_600_000);
  });

  test.each([
    ['microseconds', (NOW - 500) * 1_000],
    ['seconds', (NOW - 500) / 1_000],
    ['ms since 2001', NOW - 500 - Date.UTC(2001, 0, 1)],
  ])('in %s is read as it is meant', (_name, timestamp) => {
    expect(fixOf(position({}, timestamp), NOW)?.time).toBe(NOW - 500);
  });

  test.each([
    ['since the page was opened', 12_345],
    ['of last week', NOW - 7 * 86_400_000],
    ['none', Number.NaN],
  ])('%s dates nothing: there is no fix', (_name, timestamp) => {
    expect(fixOf(position({}, timestamp), NOW)).toBeUndefined();
  });
});

test('a position that is nowhere is no fix', () => {
  const nowhere = position();
  expect(fixOf({ ...nowhere, coords: { ...nowhere.coords, latitude: Number.NaN } }, NOW)).toBeUndefined();
});
