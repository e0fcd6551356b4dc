// A made-up result to draw: a car on a street grid of Montevideo, a rider who loses it for some seconds, and figures of
// a believable size. What is drawn from it proves the report, never the product.

import { randomFrom } from '@tripcast/driver-sim';
import { encodePolyline } from '@tripcast/protocol';
import type {
  Distribution,
  MeasuredSample,
  Row,
  ScoreResult,
  ShownSample,
  TruthSample,
  Unit,
  WorstRider,
} from '../../src/result.ts';
import { judged } from '../../src/result.ts';

const FROM_MS = 12_000;
const UNTIL_MS = 72_000;
/** Between these nothing reached the rider. */
const SILENT = { fromMs: 38_000, untilMs: 49_000 };
const START = { latitude: -34.9055, longitude: -56.1905 };
const METRES_PER_DEGREE = 111_195;

type Random = () => number;

/** The same seed gives the same result. */
export function sampleResult(seed = 1): ScoreResult {
  const random = randomFrom(seed, 'sample result');
  return {
    format: 1,
    scenario: 'sample',
    title: 'a node is killed (-9) while a city drives',
    seed,
    mode: 'real',
    startedAt: '2027-01-15T12:00:00.000Z',
    measuredMs: 120_000,
    parameters: [
      { name: 'drivers', value: '1 000, each 1 fix a second' },
      { name: 'riders', value: '2 000 on 2 nodes' },
      { name: 'GPS', value: '68 % within 5 m, Gauss-Markov τ 30 s, 20 m off for 5 to 20 s every 5 min' },
      { name: 'fixes', value: '10 % lost, 0 to 2 s late, 5 % reordered' },
    ],
    machine: { cpu: 'Sample CPU', cores: 2, memoryBytes: 8 * 1024 ** 3, node: '20.20.2', redis: '8.0.0' },
    rows: sampleRows(),
    distributions: [
      spread('errorShown', 'Error at the moment that is shown', 'm', 3.4, 0.75, random),
      spread('errorShownRaw', 'The same of the raw marker', 'm', 4.6, 0.8, random),
      spread('errorShownLerp', 'The same of a naive lerp', 'm', 5.2, 0.8, random),
      spread('errorNow', 'Error against where the car is now', 'm', 9.5, 0.7, random),
      spread('errorNowRaw', 'The same of the raw marker', 'm', 14, 0.75, random),
      spread('errorNowLerp', 'The same of a naive lerp', 'm', 18, 0.7, random),
      spread('latency', "From the driver's first write to the follower's callback", 'ms', 6, 0.6, random),
      spread('ageOnArrival', 'Age of a live fix when the follower has it', 'ms', 820, 0.5, random),
      spread('displayDelay', 'Display delay', 'ms', 980, 0.25, random),
      spread('liveAgain', 'From a fault to live again', 'ms', 1_900, 0.4, random),
      spread('headingError', 'Heading error of a moving car', '°', 3, 1, random),
      spread('offStreet', 'Distance off the street', 'm', 0.4, 1.2, random),
    ],
    timeline: [
      {
        atMs: 40_000,
        untilMs: 60_000,
        kind: 'fault',
        what: 'node 1 is killed (-9) for 20 s',
        who: 'half of all riders',
      },
      { atMs: 20_000, untilMs: 50_000, kind: 'fault', what: 'a tunnel', who: '200 vehicles' },
      { atMs: 44_200, kind: 'recovery', what: 'every rider is live again', who: '2 000 riders' },
      { atMs: 61_500, kind: 'recovery', what: 'node 1 is ready', who: 'node 1' },
    ],
    worstRider: sampleRider(random),
    notes: [],
  };
}

function sampleRows(): Row[] {
  const row = (row: Omit<Row, 'pass' | 'budget'>, atMost?: number) =>
    judged(row, atMost === undefined ? undefined : { atMost });
  return [
    row({
      id: 'delivery.produced',
      group: 'delivery',
      title: 'Fixes measured on trips',
      value: 119_640,
      unit: '',
    }),
    row({
      id: 'delivery.acknowledged',
      group: 'delivery',
      title: 'of them acknowledged',
      value: 119_640,
      unit: '',
    }),
    row(
      { id: 'delivery.holes', group: 'delivery', title: "holes in a follower's track", value: 0, unit: '' },
      0,
    ),
    row(
      {
        id: 'delivery.duplicates',
        group: 'delivery',
        title: 'given to a follower twice',
        value: 0,
        unit: '',
      },
      0,
    ),
    row({
      id: 'latency.p50',
      group: 'latency',
      title: "Driver's write → follower's callback, p50",
      value: 6.1,
      unit: 'ms',
    }),
    judged(
      { id: 'latency.p99', group: 'latency', title: 'p99', value: 31.4, unit: 'ms' },
      { atMost: 100, dependsOnMachine: true },
    ),
    row(
      {
        id: 'latency.liveAgain.p99',
        group: 'latency',
        title: 'Fault → live again, p99',
        value: 4_210,
        unit: 'ms',
      },
      5_000,
    ),
    row(
      {
        id: 'truth.errorShown.median',
        group: 'truth',
        title: 'Shown against true, at the moment that is shown, median',
        value: 3.42,
        unit: 'm',
        baselines: { raw: 4.61, lerp: 5.24 },
      },
      5,
    ),
    row(
      {
        id: 'truth.errorShown.p95',
        group: 'truth',
        title: 'p95',
        value: 16.2,
        unit: 'm',
        baselines: { raw: 18.9, lerp: 21.3 },
      },
      15,
    ),
    row(
      {
        id: 'truth.displayDelay.median',
        group: 'truth',
        title: 'Display delay, median',
        value: 982,
        unit: 'ms',
      },
      1_000,
    ),
    row(
      { id: 'truth.backwardMoves', group: 'truth', title: 'Moves backward by over 1 m', value: 0, unit: '' },
      0,
    ),
    row({
      id: 'cost.gatewayCpu',
      group: 'cost',
      title: 'Gateway CPU per delivered fix',
      value: 41.3,
      unit: 'µs',
    }),
    row({
      id: 'cost.rssPerFollower',
      group: 'cost',
      title: 'Gateway memory per driver and follower',
      value: null,
      unit: 'kB',
    }),
  ];
}

/** Log-normal values in the buckets that a tally writes. */
function spread(
  id: string,
  title: string,
  unit: Unit,
  median: number,
  sigma: number,
  random: Random,
): Distribution {
  const values = Array.from({ length: 20_000 }, () => median * Math.exp(sigma * gaussian(random))).sort(
    (a, b) => a - b,
  );
  const buckets: Distribution['buckets'] = [];
  let upTo = 0.01;
  for (const value of values) {
    while (value > upTo) upTo *= 2 ** 0.25;
    const last = buckets.at(-1);
    if (last?.upTo === upTo) last.count++;
    else buckets.push({ upTo, count: 1 });
  }
  const at = (share: number) => values[Math.floor(share * (values.length - 1))]!;
  return {
    id,
    title,
    unit,
    count: values.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
    buckets,
  };
}

function sampleRider(random: Random): WorstRider {
  const truth: TruthSample[] = [];
  for (let atMs = FROM_MS - 3_000; atMs <= UNTIL_MS; atMs += 200) truth.push({ atMs, ...trueAt(atMs) });
  const measured: MeasuredSample[] = [];
  for (let atMs = FROM_MS - 3_000; atMs <= UNTIL_MS; atMs += 1_000) {
    if (random() < 0.1) continue;
    const soon = atMs + 80 + 900 * random() ** 2;
    const receivedMs = soon > SILENT.fromMs && soon < SILENT.untilMs ? SILENT.untilMs + 200 * random() : soon;
    measured.push({
      atMs,
      receivedMs,
      ...moved(trueAt(atMs), 5 * gaussian(random), 5 * gaussian(random)),
      accuracy: 5,
    });
  }
  const shown: ShownSample[] = [];
  for (let atMs = FROM_MS; atMs <= UNTIL_MS; atMs += 100) shown.push(shownAt(atMs));
  const route = Array.from({ length: 80 }, (_, index) => trueAt(FROM_MS - 6_000 + index * 1_000));
  return {
    tripId: 'trip-7',
    vehicleId: 'vehicle-7',
    rider: 14,
    why: 'the largest error of all minutes whose pictures were kept: 12.3 m (root mean square)',
    truth,
    measured,
    shown,
    route: encodePolyline(route),
  };
}

/** East, then south round a corner, at 11 m/s. */
function trueAt(atMs: number): { latitude: number; longitude: number; heading: number } {
  const metres = ((atMs - FROM_MS) / 1_000) * 9;
  const corner = 260;
  const place = moved(START, Math.min(metres, corner), -Math.max(0, metres - corner));
  return { ...place, heading: metres < corner ? 90 : 180 };
}

function shownAt(atMs: number): ShownSample {
  const silentMs = atMs > SILENT.fromMs && atMs < SILENT.untilMs ? atMs - SILENT.fromMs : 0;
  const shownMs = atMs - 950;
  const late = Math.min(60, Math.max(0, silentMs - 3_000) * 0.012);
  const pose = moved(trueAt(shownMs - late * 90), 2 * Math.sin(atMs / 2_000), 2 * Math.cos(atMs / 3_000));
  const kind = silentMs > 8_000 ? 'stale' : silentMs > 1_200 ? 'extrapolated' : 'interpolated';
  const found = Math.abs(atMs - SILENT.untilMs) < 300;
  return { atMs, shownMs, ...pose, heading: trueAt(shownMs).heading, kind, opacity: found ? 0.2 : 1 };
}

function moved<T extends { latitude: number; longitude: number }>(from: T, east: number, north: number): T {
  return {
    ...from,
    latitude: from.latitude + north / METRES_PER_DEGREE,
    longitude: from.longitude + east / (METRES_PER_DEGREE * Math.cos((from.latitude * Math.PI) / 180)),
  };
}

function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
