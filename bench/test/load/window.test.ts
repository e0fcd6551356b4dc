import { expect, test } from '@jest/globals';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { SentTimes } from '../../src/load/sent-times.ts';
import { Window } from '../../src/load/window.ts';

test('a window counts what was written in it, whenever it comes, and what came in it, whenever it was written', () => {
  const sent = new SentTimes(1);
  const window = new Window(100);
  for (const writtenAt of [90, 110, 120, 130]) sent.add(0, writtenAt, writtenAt);
  window.came(0, 0, sent, 105); // written before
  window.written(1);
  window.came(0, 1, sent, 112);
  window.written(1);
  window.written(1);
  window.end(140);
  window.came(0, 2, sent, 150); // late
  expect(window).toMatchObject({ expected: 3, delivered: 2, arrived: 2 });
  const latency = decodeFromCompressedBase64(window.latency);
  expect(latency.totalCount).toBe(2);
  expect(latency.getValueAtPercentile(100) / 30_000).toBeCloseTo(1, 2);
  expect(latency.getValueAtPercentile(50) / 2_000).toBeCloseTo(1, 2);
});
