// From what was counted to the rows of the card. Pure: every row that is printed is defined here.

import { type Budget, judged, type Row, type RowGroup, type Unit } from '../result.ts';
import type { CountId, MeasureId } from './measures.ts';
import type { Tally } from './tally.ts';

/** What the machine spent during the measured part. CPU in µs, memory and traffic in bytes. */
export interface Cost {
  gatewayCpu: number;
  redisCpu: number;
  loadCpu: number;
  /** How long was measured, µs. */
  elapsed: number;
  /** By how much the nodes grew while drivers and riders came. */
  gatewayGrowth: number;
  /** By how much the load grew for its drivers, and for its riders. */
  loadMemory: { drivers: number; riders: number };
  drivers: number;
  riders: number;
}

type Values = Omit<Row, 'group' | 'pass' | 'budget'>;

/** All rows; those of cost where it was measured. Budgets by row id. */
export function rowsOf(
  tally: Tally,
  cost: Cost | undefined,
  budgets: Readonly<Record<string, Budget>>,
): Row[] {
  const groups: [RowGroup, Values[]][] = [
    ['delivery', deliveryRows(tally)],
    ['latency', latencyRows(tally)],
    ['truth', truthRows(tally)],
    ['cost', cost ? costRows(tally, cost) : []],
  ];
  return groups.flatMap(([group, rows]) => rows.map((row) => judged({ ...row, group }, budgets[row.id])));
}

function deliveryRows(tally: Tally): Values[] {
  const row = (id: CountId, title: string): Values => count(tally, `delivery.${id}`, title, id);
  /** Nothing went wrong with nothing: that proves nothing. */
  const of = (whole: CountId, id: CountId, title: string): Values => ({
    ...row(id, title),
    ...(tally.countOf(whole) === 0 && { value: null }),
  });
  return [
    row('produced', 'Fixes measured on trips'),
    row('acknowledged', 'of them acknowledged'),
    of('produced', 'notAcknowledged', 'not acknowledged in the end'),
    row('stored', 'stored'),
    of('acknowledged', 'acknowledgedNotStored', 'acknowledged but not stored'),
    row('outOfOrder', 'refused: newer ones had left the phone before'),
    of('produced', 'refused', 'refused for another reason'),
    row('dropped', 'lost because a phone was full'),
    row('lostWithPhone', 'lost with a phone that died'),
    row('due', 'Stored fixes × followers of the trip'),
    row('delivered', "in a follower's track"),
    of('due', 'holes', "holes in a follower's track"),
    row('late', 'stored when the trip was over and nobody followed'),
    of('due', 'duplicates', 'given to a follower twice'),
    row('tripEvents', 'Followers that had to hear of their trip'),
    of('tripEvents', 'tripEventsLost', "that don't know its last change"),
  ];
}

function latencyRows(tally: Tally): Values[] {
  const of = (id: MeasureId, percent: number, row: string, title: string): Values => ({
    id: `latency.${row}`,
    title,
    value: tally.percentile(id, percent),
    unit: 'ms',
  });
  return [
    of('latency', 50, 'p50', "Driver's write → follower's callback, p50"),
    of('latency', 99, 'p99', 'p99'),
    of('latency', 99.9, 'p999', 'p99.9'),
    of('ageOnArrival', 50, 'ageOnArrival.median', 'Measured → follower has it, median'),
    of('ageOnArrival', 95, 'ageOnArrival.p95', 'p95'),
    of('liveAgain', 50, 'liveAgain.median', 'Fault → live again, median of riders'),
    of('liveAgain', 99, 'liveAgain.p99', 'p99'),
    count(tally, 'latency.neverLiveAgain', 'Riders never live again', 'neverLiveAgain'),
  ];
}

function truthRows(tally: Tally): Values[] {
  const at = (id: MeasureId, percent: number): number | null => tally.percentile(id, percent);
  const error = (id: 'errorShown' | 'errorNow', title: string): Values[] =>
    (
      [
        [50, 'median', `${title}, median`],
        [95, 'p95', 'p95'],
        [99, 'p99', 'p99'],
      ] as const
    ).map(([percent, name, text]) => ({
      id: `truth.${id}.${name}`,
      title: text,
      value: at(id, percent),
      unit: 'm',
      baselines: { raw: at(`${id}Raw`, percent), lerp: at(`${id}Lerp`, percent) },
    }));
  const looked = tally.countOf('lookedMs');
  const share = (id: CountId): number | null => (looked > 0 ? (100 * tally.countOf(id)) / looked : null);
  return [
    ...gradedRows(tally),
    ...error('errorShown', 'Shown against true, at the moment that is shown'),
    ...error('errorNow', 'Shown against true, now'),
    { id: 'truth.offStreet.p95', title: 'Off the street, p95', value: at('offStreet', 95), unit: 'm' },
    {
      id: 'truth.displayDelay.median',
      title: 'Display delay, median',
      value: at('displayDelay', 50),
      unit: 'ms',
    },
    { id: 'truth.displayDelay.p95', title: 'p95', value: at('displayDelay', 95), unit: 'ms' },
    {
      id: 'truth.heading.p95',
      title: 'Heading error of a moving car, p95',
      value: at('headingError', 95),
      unit: '°',
    },
    seen(tally, 'truth.backwardMoves', 'Moves backward by over 1 m', 'backwardMoves'),
    seen(tally, 'truth.unexplainedJumps', 'Jumps that nothing explains', 'unexplainedJumps'),
    { id: 'truth.largestJump', title: 'the largest of them', value: tally.largest('jump'), unit: 'm' },
    {
      id: 'truth.wronglyLive',
      title: 'Time shown as live with nothing newer than 10 s',
      value: share('wronglyLiveMs'),
      unit: '%',
    },
    { id: 'truth.notLive', title: 'Time said not to be live', value: share('notLiveMs'), unit: '%' },
  ];
}

/** Whose pictures the rows about truth are of; nothing where riders were not counted. */
function gradedRows(tally: Tally): Values[] {
  if (tally.countOf('riders') === 0) return [];
  return [
    count(tally, 'truth.riders', 'Riders who followed a trip', 'riders'),
    count(tally, 'truth.ridersGraded', 'of them graded, look by look', 'ridersGraded'),
  ];
}

function costRows(tally: Tally, cost: Cost): Values[] {
  const fixes = tally.countOf('fixesReceived');
  const perFix = (total: number): number | null => (fixes > 0 ? total / fixes : null);
  const looks = tally.countOf('looks');
  const hours = tally.countOf('riderMs') / 3_600_000;
  const people = cost.drivers + cost.riders;
  const ofCore = (cpu: number): number => (100 * cpu) / cost.elapsed;
  const row = (id: string, title: string, value: number | null, unit: Unit): Values => ({
    id: `cost.${id}`,
    title,
    value,
    unit,
  });
  return [
    row('gatewayCpu', 'Gateway CPU per delivered fix', perFix(cost.gatewayCpu), 'µs'),
    row('redisCpu', 'Redis CPU per delivered fix', perFix(cost.redisCpu), 'µs'),
    row('gatewayLoad', 'Gateways, of one core', ofCore(cost.gatewayCpu), '%'),
    row('redisLoad', 'Redis, of one core', ofCore(cost.redisCpu), '%'),
    row(
      'rssPerFollower',
      'Gateway memory per driver and follower',
      memoryEach(cost.gatewayGrowth, people),
      'kB',
    ),
    row('wirePerFix', "On a follower's wire per fix", perFix(tally.countOf('riderBytes')), 'B'),
    row(
      'wirePerHour',
      'per hour of following',
      hours > 0 ? tally.countOf('riderBytes') / hours / 1_024 : null,
      'kB',
    ),
    row('loadLoad', "This measurement's own load, of one core", ofCore(cost.loadCpu), '%'),
    row(
      'lateLooks',
      'its looks that came too late to judge a move',
      looks > 0 ? (100 * tally.countOf('lateLooks')) / looks : null,
      '%',
    ),
    row('loadPerDriver', 'its memory per driver', memoryEach(cost.loadMemory.drivers, cost.drivers), 'kB'),
    row('loadPerFollower', 'per follower', memoryEach(cost.loadMemory.riders, cost.riders), 'kB'),
  ];
}

/** Fewer are lost in what a heap grows and shrinks by itself: nothing is known then. */
const LEAST_WEIGHED = 100;

/** kB */
function memoryEach(bytes: number, count: number): number | null {
  return count >= LEAST_WEIGHED && bytes > 0 ? bytes / count / 1_024 : null;
}

/** A count of what was seen; `null` when nobody looked. */
function seen(tally: Tally, id: string, title: string, of: CountId): Values {
  const row = count(tally, id, title, of);
  return tally.recorded('errorShown') > 0 ? row : { ...row, value: null };
}

function count(tally: Tally, id: string, title: string, of: CountId): Values {
  return { id, title, value: tally.countOf(of), unit: '' };
}
