import { setTimeout as pause } from 'node:timers/promises';
import { cpuValues, type Measure, readCpu, withLoad } from './measure.ts';
import { CONNECT_AT_ONCE } from './shapes.ts';

const RIDERS = 10_000;
const HANDSHAKES_AT_ONCE = 100;
/** Riders that come back all at once: as many as the kernel's queue of a listening socket takes. */
const STORM_AT_ONCE = 1_000;
const SETTLE_MS = 2_000;

/** How fast riders come in, each to a trip of its own, and how long it takes until all are back after a cut. */
export const connectMeasure: Measure = {
  name: 'connect',
  title: `${RIDERS} riders come, and come back after they all lost their connections`,
  take: (options) =>
    withLoad(options, { mostTrips: RIDERS, isUnderWay: false }, async (running, load) => {
      await load.prepare(RIDERS);
      const before = readCpu(running, load);
      const elapsedMs = await load.connect(0, RIDERS, 1, HANDSHAKES_AT_ONCE);
      const after = readCpu(running, load);
      await pause(SETTLE_MS);
      const stormMs = await load.storm(STORM_AT_ONCE);
      return [
        {
          handshakesPerSecond: RIDERS / (elapsedMs / 1_000),
          ...cpuValues(before, after, RIDERS),
          stormSeconds: stormMs / 1_000,
        },
      ];
    }),
};

const POSITIONS = 60;

/** What it costs to bring followers up to date who come back after a minute. */
export function resumeMeasure(name: string, trips: number, ridersPerTrip: number): Measure {
  const followers = trips * ridersPerTrip;
  return {
    name,
    title: `${followers} followers of ${trips} trips come and read a minute of track (${POSITIONS} positions)`,
    fits: ({ kind }) => kind === 'tripcast',
    take: (options) =>
      withLoad(options, { mostTrips: trips, isUnderWay: true }, async (running, load) => {
        await load.prepare(trips);
        await load.connect(trips, 0, 0, CONNECT_AT_ONCE);
        const uploadMs = await load.upload(POSITIONS);
        await pause(SETTLE_MS);
        const before = readCpu(running, load);
        const connectMs = await load.connect(trips, trips, ridersPerTrip, HANDSHAKES_AT_ONCE);
        await load.awaitPositions(POSITIONS);
        const after = readCpu(running, load);
        return [
          {
            uploadedPerSecond: (trips * POSITIONS) / (uploadMs / 1_000),
            followersPerSecond: followers / ((after.atMs - before.atMs) / 1_000),
            connectSeconds: connectMs / 1_000,
            ...cpuValues(before, after, followers),
          },
        ];
      }),
  };
}
