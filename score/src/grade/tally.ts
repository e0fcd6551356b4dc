// What was measured so far, by one process or by all: tallies add up.

import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type JsHistogram,
} from 'hdr-histogram-js';
import type { Distribution } from '../result.ts';
import { COUNTS, type CountId, MEASURES, type MeasureId } from './measures.ts';

/** As it goes from one process to another. */
export interface TallyText {
  counts: Partial<Record<CountId, number>>;
  histograms: Partial<Record<MeasureId, string>>;
}

/** Kept per unit: a millimetre, a microsecond. */
const PARTS_PER_UNIT = 1_000;
/** 1,000 km; a quarter of an hour. Larger values are recorded as this. */
const HIGHEST = 1_000_000 * PARTS_PER_UNIT;
/** Of a value, so many digits are kept. */
const DIGITS = 3;
/** How finely a distribution is told: buckets a doubling. */
const BUCKETS_PER_OCTAVE = 4;

export class Tally {
  readonly #counts = new Map<CountId, number>();
  readonly #histograms = new Map<MeasureId, JsHistogram>();

  /** @param value in the measure's unit, not negative */
  record(id: MeasureId, value: number): void {
    this.#histogram(id).recordValue(Math.min(HIGHEST, Math.max(0, Math.round(value * PARTS_PER_UNIT))));
  }

  count(id: CountId, by = 1): void {
    this.#counts.set(id, this.countOf(id) + by);
  }

  countOf(id: CountId): number {
    return this.#counts.get(id) ?? 0;
  }

  /** How many values were recorded. */
  recorded(id: MeasureId): number {
    return this.#histograms.get(id)?.totalCount ?? 0;
  }

  /** The value that so many percent don't exceed; `null` when none was recorded. */
  percentile(id: MeasureId, percent: number): number | null {
    const histogram = this.#histograms.get(id);
    return histogram && histogram.totalCount > 0
      ? histogram.getValueAtPercentile(percent) / PARTS_PER_UNIT
      : null;
  }

  /** The largest value; 0 when none was recorded. */
  largest(id: MeasureId): number {
    return (this.#histograms.get(id)?.maxValue ?? 0) / PARTS_PER_UNIT;
  }

  add(other: Tally): void {
    for (const [id, by] of other.#counts) this.count(id, by);
    for (const [id, histogram] of other.#histograms) this.#histogram(id).add(histogram);
  }

  distributions(): Distribution[] {
    return [...this.#histograms].map(([id, histogram]) => distributionOf(id, histogram));
  }

  toText(): TallyText {
    return {
      counts: Object.fromEntries(this.#counts),
      histograms: Object.fromEntries(
        [...this.#histograms].map(([id, histogram]) => [id, encodeIntoCompressedBase64(histogram)]),
      ),
    };
  }

  static fromText({ counts, histograms }: TallyText): Tally {
    const tally = new Tally();
    for (const id of COUNTS) if (counts[id]) tally.count(id, counts[id]);
    for (const [id, text] of Object.entries(histograms)) {
      tally.#histograms.set(id as MeasureId, decodeFromCompressedBase64(text, 32, false) as JsHistogram);
    }
    return tally;
  }

  #histogram(id: MeasureId): JsHistogram {
    const known = this.#histograms.get(id);
    if (known) return known;
    const histogram = build({
      highestTrackableValue: HIGHEST,
      numberOfSignificantValueDigits: DIGITS,
      bitBucketSize: 32,
    }) as JsHistogram; // what it builds without WebAssembly
    this.#histograms.set(id, histogram);
    return histogram;
  }
}

function distributionOf(id: MeasureId, histogram: JsHistogram): Distribution {
  const at = (percent: number): number => histogram.getValueAtPercentile(percent) / PARTS_PER_UNIT;
  return {
    id,
    ...MEASURES[id],
    count: histogram.totalCount,
    p50: at(50),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: histogram.maxValue / PARTS_PER_UNIT,
    buckets: bucketsOf(histogram),
  };
}

/** Buckets whose upper ends grow evenly on a logarithmic scale, from a hundredth of a unit on. */
function bucketsOf(histogram: JsHistogram): Distribution['buckets'] {
  const buckets: Distribution['buckets'] = [];
  let upTo = 0.01;
  const recorded = histogram.recordedValuesIterator;
  recorded.reset();
  while (recorded.hasNext()) {
    const { valueIteratedTo, countAddedInThisIterationStep: count } = recorded.next();
    const value = valueIteratedTo / PARTS_PER_UNIT;
    while (value > upTo) upTo *= 2 ** (1 / BUCKETS_PER_OCTAVE);
    const last = buckets.at(-1);
    if (last?.upTo === upTo) last.count += count;
    else buckets.push({ upTo, count });
  }
  return buckets;
}
