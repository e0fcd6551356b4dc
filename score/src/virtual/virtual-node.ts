// A gateway node without a network: what it hears from drivers it keeps in increasing time and tells the riders, each
// message after a delay, the order kept, as TCP does. The SDK's own two ends run on its sockets.

import type { Clock, PlatformSocket, WebSocketConstructor } from '@tripcast/client';
import { type Random, uniform } from '@tripcast/driver-sim';
import { decodeFixes, encodeFixes, type Fix, fixEvent, TIMING, type Trip } from '@tripcast/protocol';

export interface Delay {
  leastMs: number;
  mostMs: number;
}

/** Names the node; no request ever leaves the process. */
export const VIRTUAL_URL = 'http://node.virtual';

type Listener = (event: never) => void;

interface TripRecord {
  trip: Trip;
  fixes: Fix[];
  followers: Set<VirtualSocket>;
}

/** Acknowledgements are coalesced over this time, ms. */
const ACK_AFTER_MS = 1_000;
const PACE = { intervalMs: TIMING.paceWatchedMs };

export class VirtualNode {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #delay: Delay;
  readonly #trips = new Map<string, TripRecord>();
  /** The trip that a vehicle's fixes belong to now. */
  readonly #tripOf = new Map<string, string>();
  readonly #drivers = new Map<string, VirtualSocket>();

  /** @param delay of each message, in each direction */
  constructor(clock: Clock, random: Random, delay: Delay) {
    this.#clock = clock;
    this.#random = random;
    this.#delay = delay;
  }

  /** For `platform.WebSocket`. */
  get WebSocket(): WebSocketConstructor {
    const accept = (socket: VirtualSocket): void => this.#accept(socket);
    const later = (socket: VirtualSocket, deliver: () => void): void => this.#later(socket, deliver);
    return class extends VirtualSocket {
      constructor(url: string) {
        super(url, later);
        later(this, () => accept(this));
      }
    };
  }

  /** Creates the trip, or tells its followers what changed. */
  setTrip(trip: Trip): void {
    const known = this.#trips.get(trip.id);
    if (!known) this.#trips.set(trip.id, { trip, fixes: [], followers: new Set() });
    else known.trip = trip;
    this.#tripOf.set(trip.vehicleId, trip.id);
    for (const follower of known?.followers ?? []) this.#tell(follower, { type: 'trip', trip });
  }

  /** Forgets the trip and closes nothing: its riders have left. */
  dropTrip(tripId: string): void {
    this.#trips.delete(tripId);
  }

  #accept(socket: VirtualSocket): void {
    const [, , kind, id] = new URL(socket.url).pathname.split('/') as [string, string, string, string];
    socket.fire('open', {});
    const serverTime = this.#clock.now();
    if (kind === 'vehicles') {
      socket.onSent = (message) => this.#store(id, message);
      this.#drivers.set(id, socket);
      this.#tell(socket, { type: 'hello', serverTime, pace: PACE, trips: [] });
      this.#keepAlive(socket);
      return;
    }
    const record = this.#trips.get(id);
    if (!record) return;
    const newest = record.fixes.at(-1);
    const vehicle = { online: true, time: serverTime, paceMs: PACE.intervalMs };
    this.#tell(socket, {
      type: 'hello',
      serverTime,
      trip: record.trip,
      vehicle,
      ...(newest && { fix: fixEvent(newest) }),
    });
    if (record.fixes.length > 0) this.#send(socket, record.fixes.slice(-64));
    record.followers.add(socket);
    this.#keepAlive(socket);
  }

  #store(vehicleId: string, message: Uint8Array): void {
    const driver = this.#drivers.get(vehicleId)!;
    const record = this.#trips.get(this.#tripOf.get(vehicleId) ?? '');
    const fresh: Fix[] = [];
    for (const fix of decodeFixes(message) ?? []) {
      if (fix.time > driver.storedTime) {
        driver.storedTime = fix.time;
        fresh.push(fix);
      } else {
        const { time } = fix;
        this.#tell(driver, {
          type: 'refused',
          time,
          code: 'fix_out_of_order',
          message: 'a newer one is stored',
        });
      }
    }
    if (!driver.isAckDue) {
      driver.isAckDue = true;
      this.#clock.setTimeout(() => {
        driver.isAckDue = false;
        this.#tell(driver, { type: 'ack', time: driver.storedTime });
      }, ACK_AFTER_MS);
    }
    if (!record || fresh.length === 0) return;
    record.fixes.push(...fresh);
    for (const follower of record.followers) this.#send(follower, fresh);
  }

  #send(socket: VirtualSocket, fixes: readonly Fix[]): void {
    const { buffer } = encodeFixes(fixes);
    this.#later(socket, () => socket.fire('message', { data: buffer }));
  }

  #tell(socket: VirtualSocket, event: object): void {
    const data = JSON.stringify(event);
    this.#later(socket, () => socket.fire('message', { data }));
  }

  #keepAlive(socket: VirtualSocket): void {
    this.#clock.setTimeout(() => {
      if (socket.isClosed) return;
      this.#later(socket, () => socket.fire('message', { data: new ArrayBuffer(0) }));
      this.#keepAlive(socket);
    }, TIMING.emptyAfterMs);
  }

  #later(socket: VirtualSocket, deliver: () => void): void {
    const nowMs = this.#clock.now();
    const { leastMs, mostMs } = this.#delay;
    socket.lastMs = Math.max(socket.lastMs, nowMs + uniform(this.#random, leastMs, mostMs));
    this.#clock.setTimeout(() => {
      if (!socket.isClosed) deliver();
    }, socket.lastMs - nowMs);
  }
}

class VirtualSocket implements PlatformSocket {
  binaryType = 'arraybuffer';
  readonly bufferedAmount = 0;
  readonly url: string;
  isClosed = false;
  /** What the node does with a message. */
  onSent: (message: Uint8Array) => void = () => {};
  /** When the last message of either direction arrives, ms: none overtakes it. */
  lastMs = 0;
  /** Of the newest fix that the node has of this driver. */
  storedTime = 0;
  isAckDue = false;
  readonly #later: (socket: VirtualSocket, deliver: () => void) => void;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string, later: (socket: VirtualSocket, deliver: () => void) => void) {
    this.url = url;
    this.#later = later;
  }

  send(message: Uint8Array<ArrayBuffer>): void {
    this.#later(this, () => this.onSent(message));
  }

  close(): void {
    this.isClosed = true;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  fire(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
}
