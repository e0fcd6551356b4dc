import { expect, test } from '@jest/globals';
import { NaiveLerp, RawMarker } from '../../src/grade/baselines.ts';

const at = (time: number, latitude: number) => ({ time, latitude, longitude: 0 });

test('the raw marker is at the newest fix', () => {
  const raw = new RawMarker();
  expect(raw.at(0)).toBeUndefined();
  raw.receive(at(1_000, 1));
  raw.receive(at(2_000, 2));
  expect(raw.at(9_000)).toEqual({ latitude: 2, longitude: 0, shownMs: 2_000 });
});

test('the naive lerp moves to each fix in the time between the last two, and waits there', () => {
  const lerp = new NaiveLerp();
  lerp.receive(at(1_000, 1), 1_100);
  expect(lerp.at(1_100)).toMatchObject({ latitude: 1, shownMs: 1_000 });
  lerp.receive(at(2_000, 2), 2_100);
  expect(lerp.at(2_600)).toMatchObject({ latitude: 1.5, shownMs: 1_500 });
  expect(lerp.at(9_000)).toMatchObject({ latitude: 2, shownMs: 2_000 });
});

test('a fix that comes early is driven to from where the marker is', () => {
  const lerp = new NaiveLerp();
  lerp.receive(at(1_000, 1), 1_000);
  lerp.receive(at(2_000, 2), 2_000);
  lerp.receive(at(3_000, 3), 2_500);
  expect(lerp.at(2_500)).toMatchObject({ latitude: 1.5 });
  expect(lerp.at(3_000)).toMatchObject({ latitude: 2.25 });
});
