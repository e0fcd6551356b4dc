import { cut, fixOf, timeOf } from './bytes.ts';
import { OutsideSocket } from './outside-socket.ts';
import type { CarTrip, Town } from './town.ts';

/** A node that was in trouble a moment ago may be silent, ms. */
const TROUBLE_LASTS_MS = 15_000;

/** A rider's page that keeps the rules: it comes back with the last time that it has, to any node. */
export class OutsideFollower {
  readonly trip: CarTrip;
  /** The times of all that it was sent, over all its connections, ms. */
  readonly times: number[] = [];
  /** What it was last told of its driver; `undefined` before the first `hello`. */
  isDriverOnline: boolean | undefined;
  connections = 0;
  readonly #town: Town;
  #socket: OutsideSocket | undefined;
  #connectAt = 0;
  #isStopped = false;

  constructor(town: Town, trip: CarTrip) {
    this.#town = town;
    this.trip = trip;
  }

  /** What falls due. Call it some times a second. */
  tick(): void {
    this.#socket?.watch();
    if (!this.#socket && !this.#isStopped && performance.now() >= this.#connectAt) this.#connect();
  }

  /** Goes, and comes back after a while. */
  leave(awayMs: number): void {
    this.#socket?.drop();
    this.#socket = undefined;
    this.#connectAt = performance.now() + awayMs;
  }

  stop(): void {
    this.#isStopped = true;
    this.#socket?.drop();
  }

  #connect(): void {
    const since = this.times.at(-1);
    const path = `/v1/trips/${this.trip.trip}/follow${since === undefined ? '' : `?since=${since}`}`;
    this.connections++;
    const socket = new OutsideSocket(this.#town.anyDoor(), path, this.trip.riderToken, {
      onEvent: (event) => this.#hear(event),
      onFixes: (message) => this.#take(message),
      onOver: (code, status) => this.#lost(socket, code, status),
    });
    this.#socket = socket;
  }

  #hear(event: { type: string; [field: string]: unknown }): void {
    const { type } = event;
    if (type === 'hello') this.isDriverOnline = (event.vehicle as { online: boolean }).online;
    else if (type === 'vehicle') this.isDriverOnline = event.online as boolean;
    if (event.truncatedBefore !== undefined)
      this.#town.violated(`${this.trip.trip}: its track is said to be cut`);
  }

  #take(message: Buffer): void {
    for (const fix of cut(message)) {
      const time = timeOf(fix);
      const last = this.times.at(-1) ?? 0;
      if (time <= last) this.#town.violated(`${this.trip.trip}: ${time} came after ${last}`);
      if (!fix.equals(fixOf(this.trip.car, time)))
        this.#town.violated(`${this.trip.trip}: ${time} was changed`);
      this.times.push(time);
    }
  }

  #lost(socket: OutsideSocket, code: number, status: number): void {
    if ([1000, 4000, 4001, 4003, 4009].includes(code))
      this.#town.violated(`${this.trip.trip}: a follower was closed with ${code}`);
    if (![0, 429, 503].includes(status))
      this.#town.violated(`${this.trip.trip}: a follower was refused with ${status}`);
    if (socket.wasSilent && performance.now() - socket.door.troubledAt > TROUBLE_LASTS_MS) {
      this.#town.violated(`${this.trip.trip}: a node that was well said nothing for 10 s`);
    }
    this.#socket = undefined;
    const backOffMs = code === 1012 ? 0 : 1_000 * this.#town.random();
    this.#connectAt = performance.now() + backOffMs;
  }
}
