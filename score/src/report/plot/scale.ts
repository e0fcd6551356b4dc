// From values to places along an axis, and the values worth naming on it.

/** 0 at the axis's low end, 1 at its high end; outside of them what lies outside. */
export type Scale = (value: number) => number;

export function linearScale(low: number, high: number): Scale {
  return (value) => (value - low) / (high - low);
}

/** @param low above 0 */
export function logScale(low: number, high: number): Scale {
  const linear = linearScale(Math.log(low), Math.log(high));
  return (value) => (value <= 0 ? Number.NEGATIVE_INFINITY : linear(Math.log(value)));
}

/** 1, 2 and 5 of each power of ten in the range; tens alone where those are too many. */
export function logTicks(low: number, high: number, most = 7): number[] {
  const ticksOf = (steps: readonly number[]): number[] => {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
      ticks.push(...steps.map((step) => Number((step * 10 ** power).toPrecision(1))));
    }
    return ticks.filter((tick) => tick >= low && tick <= high);
  };
  return [[1, 2, 5], [1, 3], [1]].map(ticksOf).find((ticks) => ticks.length <= most) ?? ticksOf([1]);
}

/** Round values from 0 to `high`, at most `most` steps. */
export function evenTicks(high: number, most = 6): number[] {
  if (!(high > 0)) return [0];
  const least = high / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= least)!;
  return Array.from({ length: Math.floor(high / step + 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  );
}
