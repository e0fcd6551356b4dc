import { setTimeout as pause } from 'node:timers/promises';
import { type Measure, takeWindow, withLoad } from './measure.ts';

export interface Shape {
  name: string;
  title: string;
  trips: number;
  ridersPerTrip: number;
  /** Of each driver. */
  perSecond: number;
}

export const SHAPES: readonly Shape[] = [
  { name: 'shape-i', title: '2,000 trips × 1 rider', trips: 2_000, ridersPerTrip: 1, perSecond: 2 },
  { name: 'shape-ii', title: '20 trips × 100 riders', trips: 20, ridersPerTrip: 100, perSecond: 5 },
  { name: 'shape-iii', title: '1 trip × 2,000 riders', trips: 1, ridersPerTrip: 2_000, perSecond: 5 },
];

export const CONNECT_AT_ONCE = 64;
/** Code gets hot, and what connecting has left behind is over, ms. */
const WARM_UP_MS = 3_000;

/** CPU, latency and bytes per position, at a load that every system carries. */
export function shapeMeasure({ name, title, trips, ridersPerTrip, perSecond }: Shape): Measure {
  return {
    name,
    title: `${title} × ${perSecond}/s`,
    take: (options) =>
      withLoad(options, { mostTrips: trips, isUnderWay: true }, async (running, load) => {
        await load.prepare(trips);
        await load.connect(trips, trips, ridersPerTrip, CONNECT_AT_ONCE);
        await load.drive(perSecond);
        await pause(WARM_UP_MS);
        return [await takeWindow(running, load, options.seconds)];
      }),
  };
}
