import { setTimeout as pause } from 'node:timers/promises';
import { kernelSlabBytes, residentBytesOf } from '../systems/process-clock.ts';
import type { RunningSystem } from '../systems/system.ts';
import { type Measure, type Values, withLoad } from './measure.ts';
import { CONNECT_AT_ONCE } from './shapes.ts';

/** The slope between the two leaves out what is there without riders, and the first growth of heaps. */
const FEW = 2_000;
const MANY = 18_000;
/** After the last one has come, ms. */
const SETTLE_MS = 6_000;

/** Resident memory of a rider who waits, on a trip of its own. */
export const memoryMeasure: Measure = {
  name: 'memory',
  title: `Resident memory per idle rider, from ${FEW} to ${MANY}`,
  take: (options) =>
    withLoad(options, { mostTrips: MANY, isUnderWay: false }, async (running, load) => {
      await load.prepare(MANY); // trips are no riders
      await load.connect(0, FEW, 1, CONNECT_AT_ONCE);
      await pause(SETTLE_MS);
      const few = memoryOf(running);
      await load.connect(0, MANY, 1, CONNECT_AT_ONCE);
      await pause(SETTLE_MS);
      const many = memoryOf(running);
      const riders = MANY - FEW;
      return [Object.fromEntries(Object.keys(few).map((key) => [key, (many[key]! - few[key]!) / riders]))];
    }),
};

/** Bytes: in all as `bytes`, by process as `bytes.a`, and what the kernel holds, for both ends of each connection. */
function memoryOf(running: RunningSystem): Values {
  const values: Values = { bytes: 0, 'bytes.kernel': kernelSlabBytes() };
  for (const { name, pid } of running.processes) {
    const role = name.replace(/-\d+$/, '');
    const resident = residentBytesOf(pid);
    values[`bytes.${role}`] = (values[`bytes.${role}`] ?? 0) + resident;
    values.bytes! += resident;
  }
  return values;
}
