import { expect, test } from '@jest/globals';
import { Statistics } from '../src/statistics.ts';

const snapshot = { drivers: 25, connected: 24, onTrips: 18, outbox: 3, dropped: 0 };

test('the status line before anything has happened', () => {
  expect(new Statistics().line(snapshot)).toBe(
    '25 drivers (24 connected), 18 on trips · sent 0 · acknowledged 0 · no round trip yet · reconnects 0 · outbox 3 · dropped 0',
  );
});

test('the status line later, when all are connected', () => {
  const statistics = new Statistics();
  statistics.sent = 1_700;
  statistics.acknowledged = 1_690;
  statistics.refused = 2;
  statistics.reconnects = 4;
  for (const ms of [100.4, 250]) statistics.addRoundTrip(ms);
  expect(statistics.line({ ...snapshot, connected: 25 })).toBe(
    '25 drivers, 18 on trips · sent 1700 · acknowledged 1690 · refused 2 · round trip p50 100 p99 250 ms · reconnects 4 · outbox 3 · dropped 0',
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
