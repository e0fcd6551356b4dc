import { describe, expect, test } from '@jest/globals';
import { SentTimes } from '../../src/load/sent-times.ts';

describe('sent times', () => {
  test('tell when a position was written, by its time, trip by trip', () => {
    const sent = new SentTimes(2);
    sent.add(0, 1_000, 1);
    sent.add(1, 1_000, 2);
    sent.add(1, 2_000, 3);
    expect(sent.writtenAt(1, sent.find(1, 2_000, 0))).toBe(3);
    expect(sent.writtenAt(0, sent.find(0, 1_000, 0))).toBe(1);
  });

  test('are found past positions that never came, and not twice', () => {
    const sent = new SentTimes(1);
    for (let nth = 0; nth < 5; nth++) sent.add(0, nth * 10, nth);
    expect(sent.find(0, 30, 1)).toBe(3);
    expect(sent.find(0, 30, 4)).toBe(-1);
  });

  test('are forgotten when there are 64 later ones', () => {
    const sent = new SentTimes(1);
    for (let nth = 0; nth < 65; nth++) sent.add(0, nth, nth);
    expect(sent.find(0, 0, 0)).toBe(-1);
    expect(sent.find(0, 1, 0)).toBe(1);
    expect(sent.count(0)).toBe(65);
  });
});
