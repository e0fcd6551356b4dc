import { expect, test } from '@jest/globals';
import { Statistics } from '../src/statistics.ts';

const snapshot = { drivers: 25, connected: 24, onTrips: 18, outbox: 3, dropped: 0 };

test('the status line before anything has happened', () => {
  expect(new Statistics().line(snapshot)).toBe(
    '25 drivers, 24 connected, 18 on trips · sent 0 · acknowledged 0 · round trip p50 – p99 – · reconnects 0 · outbox 3 · dropped 0',
  );
});

test('round trips are told as the median and the 99th percentile, by nearest rank', () => {
  const statistics = new Statistics();
  for (let ms = 1; ms <= 200; ms++) statistics.addRoundTrip(ms);
  expect([statistics.roundTripMs(0.5), statistics.roundTripMs(0.99)]).toEqual([100, 198]);
});

test('old round trips are forgotten', () => {
  const statistics = new Statistics();
  for (let count = 0; count < 5_000; count++) statistics.addRoundTrip(9_000);
  for (let count = 0; count < 5_000; count++) statistics.addRoundTrip(10);
  expect(statistics.roundTripMs(0.99)).toBe(10);
});
