import { describe, expect, test } from '@jest/globals';
import { TruthTrack } from '../../src/truth/truth-track.ts';

const START = 1_700_000_000_000;
const EAST = { latitude: 0, heading: 90, speed: 10 };

/** A car that drives east on the equator by 1e-5° a step. */
function eastbound(steps: number, keptMs = 60_000): TruthTrack {
  const track = new TruthTrack(START, keptMs);
  for (let step = 0; step < steps; step++) track.add({ ...EAST, longitude: step * 1e-5 });
  return track;
}

describe('where a vehicle truly was', () => {
  test('is known to a centimetre at each step, and between two steps', () => {
    const track = eastbound(11);
    expect(track.nextMs).toBe(START + 1_100);
    expect(track.at(START + 300)).toMatchObject({ longitude: 3e-5, heading: 90, speed: 10 });
    expect(track.at(START + 350)!.longitude).toBeCloseTo(3.5e-5, 7);
  });

  test('is not known before the first step, nor after the last one', () => {
    const track = eastbound(11);
    expect(track.at(START - 1)).toBeUndefined();
    expect(track.at(START + 1_000)).toBeDefined();
    expect(track.at(START + 1_001)).toBeUndefined();
  });

  test('is forgotten after the time that it is kept', () => {
    const track = eastbound(1_000, 2_000);
    expect(track.at(START + 97_000)).toBeUndefined();
    expect(track.at(START + 98_000)!.longitude).toBeCloseTo(980e-5, 7);
  });

  test('turns through north, and crosses the date line, the short way', () => {
    const track = new TruthTrack(START, 1_000);
    track.add({ latitude: 0, longitude: 179.9999, heading: 350, speed: 1 });
    track.add({ latitude: 0, longitude: -179.9999, heading: 20, speed: 1 });
    const between = track.at(START + 50)!;
    expect(between.heading).toBeCloseTo(5);
    expect(Math.abs(between.longitude)).toBeCloseTo(180);
    expect(track.at(START + 25)!.heading).toBeCloseTo(357.5);
  });

  test('has a top speed in a stretch of time, which may reach beyond what is known', () => {
    const track = new TruthTrack(START, 10_000);
    for (const speed of [1, 2, 9, 3]) track.add({ latitude: 0, longitude: 0, heading: 0, speed });
    expect(track.topSpeed(START - 5_000, START + 100)).toBe(2);
    expect(track.topSpeed(START, START + 5_000)).toBe(9);
    expect(track.topSpeed(START + 5_000, START + 6_000)).toBe(0);
  });
});
