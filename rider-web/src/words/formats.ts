// Numbers, distances and times as the reader's region writes them. The words around them are the language's.

import type { EtaRange } from '../trips/eta-range.ts';

export interface Formats {
  /** BCP 47, for who formats something of its own. */
  locale: string;
  /** Along the road, from metres. */
  distance(metres: number): string;
  /** What was measured, to the metre or the foot. */
  exactDistance(metres: number): string;
  /** From m/s. */
  speed(metresPerSecond: number): string;
  /** @param timeMs by this device's clock */
  clockTime(timeMs: number): string;
  /** With its seconds. */
  exactTime(timeMs: number): string;
  /** The day of a time that isn't today's, in full: "Monday". */
  otherDay(timeMs: number, nowMs: number): string | undefined;
  /** How long something lasts or lasted. */
  duration(ms: number): string;
  /** From the first to the last minute in which something may be. */
  minutes(range: EtaRange): string;
}

const MINUTE_MS = 60_000;
const METRES_PER_MILE = 1609.344;
const METRES_PER_FOOT = 0.3048;
/** Where roads are measured in miles. */
const MILES: ReadonlySet<string | undefined> = new Set(['US', 'GB', 'LR', 'MM']);

/** @param locale BCP 47; its region, when it names one, decides on kilometres or miles */
export function formatsOf(locale: string): Formats {
  const unit = (unitName: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: unitName,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
      minimumFractionDigits: digits,
    });
  const metre = unit('meter');
  const kilometre = [unit('kilometer'), unit('kilometer', 1)] as const;
  const foot = unit('foot');
  const mile = [unit('mile'), unit('mile', 1)] as const;
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const exactClock = new Intl.DateTimeFormat(locale, {
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
  });
  const perHour = [unit('kilometer-per-hour'), unit('mile-per-hour')] as const;
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long' });
  const isInMiles = MILES.has(new Intl.Locale(locale).region);

  function distance(metres: number): string {
    if (!isInMiles) {
      if (metres < 995) return metre.format(Math.round(metres / 10) * 10);
      return kilometre[metres < 9_950 ? 1 : 0].format(metres / 1000);
    }
    const miles = metres / METRES_PER_MILE;
    if (miles < 0.1) return foot.format(Math.round(metres / METRES_PER_FOOT / 50) * 50);
    return mile[miles < 9.95 ? 1 : 0].format(miles);
  }

  function exactDistance(metres: number): string {
    if (metres >= 995) return distance(metres);
    return isInMiles ? foot.format(metres / METRES_PER_FOOT) : metre.format(metres);
  }

  function speed(metresPerSecond: number): string {
    const metresPerHour = metresPerSecond * 3_600;
    return isInMiles
      ? perHour[1].format(metresPerHour / METRES_PER_MILE)
      : perHour[0].format(metresPerHour / 1000);
  }

  function otherDay(timeMs: number, nowMs: number): string | undefined {
    const isToday = new Date(timeMs).toDateString() === new Date(nowMs).toDateString();
    return isToday ? undefined : weekday.format(timeMs);
  }

  function duration(ms: number): string {
    const minutes = Math.round(ms / MINUTE_MS);
    if (minutes < 1) return '< 1 min';
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  }

  function minutes({ low, high }: EtaRange): string {
    if (low >= high) return duration(high * MINUTE_MS);
    if (high < 60) return `${low}–${high} min`;
    return `${duration(low * MINUTE_MS)} – ${duration(high * MINUTE_MS)}`;
  }

  return {
    locale,
    distance,
    exactDistance,
    speed,
    clockTime: (timeMs) => clock.format(timeMs),
    exactTime: (timeMs) => exactClock.format(timeMs),
    otherDay,
    duration,
    minutes,
  };
}
