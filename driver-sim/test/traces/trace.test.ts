import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { metresBetween } from '../../src/ground.ts';
import { loadTrace, Recorder, type Trace, TraceError } from '../../src/traces/index.ts';

const recorded = (name: string) => fileURLToPath(new URL(`../../traces/${name}`, import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tripcast-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function steps({ fixes }: Trace): { metres: number; ms: number }[] {
  return fixes.slice(1).map((fix, index) => ({
    metres: metresBetween(fixes[index]!, fix),
    ms: fix.time - fixes[index]!.time,
  }));
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

describe('the drive in Munich', () => {
  const trace = loadTrace(recorded('munich-car-1hz.gpx'));

  test('is 1,194 points in 19.9 minutes over 13.7 km, at most 2 s apart', () => {
    expect(trace.fixes).toHaveLength(1_194);
    expect((trace.fixes.at(-1)!.time - trace.fixes[0]!.time) / 60_000).toBeCloseTo(19.9, 1);
    expect(steps(trace).reduce((sum, { metres }) => sum + metres, 0) / 1_000).toBeCloseTo(13.7, 0);
    expect(Math.max(...steps(trace).map(({ ms }) => ms))).toBe(2_000);
    expect(trace.fixes[0]).toEqual({
      latitude: 48.1635066,
      longitude: 11.5643883,
      time: Date.parse('2014-09-10T04:54:07Z'),
    });
  });

  test('has its real jump: point 619 lies 470 m from the one before, a second later', () => {
    const { metres, ms } = steps(trace)[618]!;
    expect(metres).toBeGreaterThan(469);
    expect(metres).toBeLessThan(471.5);
    expect(ms).toBe(1_000);
    expect(steps(trace).filter((step) => step.metres / (step.ms / 1_000) > 70)).toHaveLength(1);
  });

  test('has its real standstills: the receiver holds its place, once for 72 s', () => {
    // As rounded to 7 decimals; the original is said to have 305 such steps, and 71 s.
    expect(steps(trace).filter(({ metres }) => metres === 0)).toHaveLength(328);
    let standingMs = 0;
    let longestMs = 0;
    for (const { metres, ms } of steps(trace)) {
      standingMs = metres === 0 ? standingMs + ms : 0;
      longestMs = Math.max(longestMs, standingMs);
    }
    expect(longestMs).toBe(72_000);
    expect(median(steps(trace).map(({ metres }) => metres))).toBeCloseTo(11.9, 0);
  });
});

describe('the drive near Bremen', () => {
  const { fixes } = loadTrace(recorded('bremen-car-5s-envirocar.geojson'));

  test('is 368 points in 30.8 minutes, 4 to 6 s apart', () => {
    expect(fixes).toHaveLength(368);
    expect((fixes.at(-1)!.time - fixes[0]!.time) / 60_000).toBeCloseTo(30.8, 1);
    const apart = steps({ fixes }).map(({ ms }) => ms);
    expect([Math.min(...apart), Math.max(...apart)]).toEqual([4_000, 6_000]);
    expect(Math.max(...steps({ fixes }).map(({ metres }) => metres))).toBeLessThan(240);
  });

  test('has its speeds in m/s: up to 137.7 km/h, and half of them above 91.4', () => {
    const kmh = fixes.map(({ speed }) => speed! * 3.6);
    expect(Math.min(...kmh)).toBe(0);
    expect(Math.max(...kmh)).toBeCloseTo(137.7, 1);
    expect(median(kmh)).toBeCloseTo(91.4, 0);
  });

  test('has headings, and no accuracy, whose unit the file gives as %', () => {
    expect(fixes[0]!.heading).toBeCloseTo(257.2, 1);
    expect(fixes.every((fix) => fix.heading! >= 0 && fix.heading! < 360)).toBe(true);
    expect(fixes.some((fix) => 'accuracy' in fix)).toBe(false);
  });
});

describe('what is no trace is answered with what is wrong', () => {
  const gpx = (points: string) => `<gpx><trk><trkseg>${points}</trkseg></trk></gpx>`;
  const at = (latitude: number, time: string) =>
    `<trkpt lat="${latitude}" lon="2"><time>${time}</time></trkpt>`;
  const collection = (...features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features });
  const point = (properties: object) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [2, 1] },
    properties,
  });
  const moment = '2020-01-01T00:00:00Z';

  test.each([
    ['empty.gpx', '', 'is not XML'],
    ['cut.gpx', '<gpx><trk><trkseg><trkpt lat="1" lon="2">', 'is not XML (line:column 1:41: unclosed tag'],
    ['page.gpx', '<html></html>', 'is XML, but not GPX'],
    ['none.gpx', gpx(''), 'holds no points'],
    ['untimed.gpx', gpx('<trkpt lat="1" lon="2"/><trkpt lat="1" lon="3"/>'), 'has no timestamps'],
    ['odd-times.gpx', gpx(at(1, 'noon') + at(2, 'evening')), 'has no timestamps'],
    ['one.gpx', gpx(at(1, moment)), 'has one moment only'],
    ['same.gpx', gpx(at(1, moment) + at(2, moment)), 'has one moment only'],
    ['moon.gpx', gpx(at(91, moment)), 'a point at 91, 2 is nowhere on Earth'],
    ['empty.geojson', '', 'is not JSON'],
    ['list.geojson', '[]', 'is JSON, but not a GeoJSON FeatureCollection'],
    ['null.geojson', 'null', 'is JSON, but not a GeoJSON FeatureCollection'],
    ['none.geojson', collection(), 'holds no points'],
    ['nulls.geojson', collection(null, {}, { geometry: null }), 'holds no points'],
    ['untimed.geojson', collection(point({}), point({})), 'has no timestamps'],
    ['one.geojson', collection(point({ time: moment })), 'has one moment only'],
  ])('%s', (name, text, problem) => {
    const path = written(name, text);
    expect(() => loadTrace(path)).toThrow(TraceError);
    expect(() => loadTrace(path)).toThrow(`${path}: ${problem}`);
  });

  test('a file that is not there, and a name that tells no format', () => {
    expect(() => loadTrace(join(folder, 'absent.gpx'))).toThrow('absent.gpx: there is no such file');
    expect(() => loadTrace('drive.kml')).toThrow("drive.kml: a trace's name ends in .gpx or .geojson");
  });
});

test('only the first track of a GPX counts, over all its segments; speed and course are read', () => {
  const path = written(
    'garmin.GPX',
    `<gpx xmlns:x="urn:x"><wpt lat="9" lon="9"><time>2020-01-01T00:00:00Z</time></wpt>
    <trk><name>empty</name></trk>
    <trk><trkseg><trkpt lat="1" lon="2"><time>2020-01-01T00:00:01Z</time><speed>3.5</speed><course>360</course></trkpt></trkseg>
    <trkseg><trkpt lat="1.5" lon="2"><time>2020-01-01T00:00:02Z</time><extensions><x:TrackPointExtension>
      <x:speed>4</x:speed><x:course>90.5</x:course></x:TrackPointExtension></extensions></trkpt></trkseg></trk>
    <trk><trkseg><trkpt lat="8" lon="8"><time>2021-01-01T00:00:01Z</time></trkpt></trkseg></trk></gpx>`,
  );
  const second = Date.parse('2020-01-01T00:00:01Z');
  expect(loadTrace(path).fixes).toEqual([
    { latitude: 1, longitude: 2, speed: 3.5, heading: 0, time: second },
    { latitude: 1.5, longitude: 2, speed: 4, heading: 90.5, time: second + 1_000 },
  ]);
});

describe.each(['.gpx', '.geojson'])('a recording as %s', (ending) => {
  const fixes = [1_800_000_000_123, 1_800_000_001_123].map((time, index) => ({
    latitude: -34.9012345,
    longitude: index === 0 ? -56.1700001 : -56.1690001,
    ...(index === 1 && { heading: 359.99, speed: 12.34 }),
    ...(ending === '.geojson' && { accuracy: 5 }),
    time,
  }));
  const truth = { latitude: -34.9, longitude: -56.17, headingDegrees: 12, speedMps: 3 };

  test('is a trace again, with the truth beside it or without', () => {
    for (const truths of [[truth, truth], []]) {
      const recorder = new Recorder(join(folder, `recording${ending}`));
      recorder.add(fixes, truths);
      recorder.close();
      recorder.close();
      expect(loadTrace(join(folder, `recording${ending}`)).fixes).toEqual(fixes);
    }
  });
});
