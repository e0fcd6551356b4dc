import { setTimeout as pause } from 'node:timers/promises';
import type { TripId } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../../src/backend.ts';
import { tripChannel } from '../../src/bus/live-bus.ts';
import { readLiveFixes } from '../../src/bus/live-message.ts';
import { fixesAt, timesOf, tripUnderWay } from './samples.ts';

const SESSION = 1_700_000_000_000;
const EVERY_MS = 10;
const DEADLINE_MS = 60_000;

/** One trip that is written and heard. */
interface Ride {
  readonly id: TripId;
  readonly acknowledged: number[];
  heard: number;
}

/** Trips that are written without pause, as drivers' nodes do: each fix again until it is stored, and in order. */
export class Traffic {
  readonly #writer: Backend;
  readonly #rides: Ride[] = [];
  readonly #writing: Promise<void>[] = [];
  #stopped = false;
  #refusal: Error | undefined;
  #wake = () => {};

  private constructor(writer: Backend) {
    this.#writer = writer;
  }

  /** Resolves when every trip is heard by `listener`. */
  static async between(writer: Backend, listener: Backend, trips: number): Promise<Traffic> {
    const traffic = new Traffic(writer);
    for (let index = 0; index < trips; index++) {
      const trip = tripUnderWay(Date.now() - 1_000);
      const ride: Ride = { id: trip.id, acknowledged: [], heard: 0 };
      await writer.trips.create(trip, '');
      await listener.bus.subscribe(tripChannel(trip.id), {
        hear: (message) => {
          const live = readLiveFixes(message);
          if (live) ride.heard = Math.max(ride.heard, ...timesOf(live.fixes));
          traffic.#wake();
        },
      });
      traffic.#rides.push(ride);
      traffic.#writing.push(traffic.#write(ride, trip.startedAt!));
    }
    await traffic.flows();
    return traffic;
  }

  get ids(): TripId[] {
    return this.#rides.map(({ id }) => id);
  }

  /**
   * Resolves when of every trip something is acknowledged and heard that was not yet written at the time of the call.
   * Rejects after a time in which every failover is over, and tells what is wrong.
   * @param except trips of which nothing is expected now
   */
  async flows(except: readonly TripId[] = []): Promise<void> {
    const before = this.#rides.map(({ acknowledged }) => acknowledged.at(-1) ?? 0);
    const isBehind = (ride: Ride, index: number) =>
      !except.includes(ride.id) &&
      // The one that was on its way at the call may have been heard before.
      (ride.heard <= before[index]! + 1 || (ride.acknowledged.at(-1) ?? 0) <= before[index]! + 1);
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, DEADLINE_MS);
    while (this.#rides.some(isBehind)) {
      if (isLate) throw new Error(this.#describe(this.#rides.filter(isBehind)));
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(deadline);
  }

  #describe(behind: Ride[]): string {
    const rides = behind.map(
      ({ id, acknowledged, heard }) => `${id}: acknowledged to ${acknowledged.at(-1)}, heard to ${heard}`,
    );
    const { message } = this.#refusal ?? {};
    return [
      `${behind.length} of ${this.#rides.length} trips do not flow`,
      `last refusal: ${message}`,
      ...rides,
    ].join('\n');
  }

  /** Stops writing. Resolves to the trips' fixes that were acknowledged and are not there. */
  async lost(): Promise<{ acknowledged: number; missing: number }> {
    await this.stop();
    let [acknowledged, missing] = [0, 0];
    for (const ride of this.#rides) {
      const kept = new Set(timesOf(await this.#writer.tracks.read(ride.id, 0, 1_000_000)));
      acknowledged += ride.acknowledged.length;
      missing += ride.acknowledged.filter((time) => !kept.has(time)).length;
    }
    return { acknowledged, missing };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#writing);
  }

  async #write(ride: Ride, startedAt: number): Promise<void> {
    for (let time = startedAt + 1; !this.#stopped; time++) {
      while (!this.#stopped) {
        try {
          const outcome = await this.#writer.tracks.store(ride.id, SESSION, fixesAt(time));
          if (typeof outcome !== 'string') await outcome.kept;
          ride.acknowledged.push(time);
          this.#wake();
          break;
        } catch (error) {
          if (!(error instanceof BackendUnavailable)) throw error;
          this.#refusal = error;
          await pause(EVERY_MS);
        }
      }
      await pause(EVERY_MS);
    }
  }
}
