// The running demo trips of a node, each of them followed. A node gives their riders' tokens away in demo mode only.

import type { Platform, Trip } from '@tripcast/client';
import { hasEnded } from '@tripcast/protocol';
import { FollowedTrip } from './followed-trip.ts';

export type DemoTripsState =
  | { kind: 'loading' }
  /** The node answers, but is not in demo mode. */
  | { kind: 'notDemo' }
  /** The node does not answer; trips that are followed already still are. */
  | { kind: 'unreachable'; trips: readonly DemoTrip[] }
  | { kind: 'ready'; trips: readonly DemoTrip[] };

export interface DemoTrip {
  readonly trip: Trip;
  readonly riderToken: string;
  readonly followed: FollowedTrip;
}

const REFRESH_MS = 4_000;
/** A page holds this many sockets: enough to fill a city, and well below what a browser grants. */
const FOLLOWED_LIMIT = 60;

/** Keeps the list fresh until `close()`, which may be called twice. */
export class DemoTrips {
  readonly #url: string;
  readonly #platform: Pick<Platform, 'fetch' | 'clock'>;
  readonly #follow: (trip: Trip, token: string) => FollowedTrip;
  readonly #listeners = new Set<() => void>();
  readonly #abort = new AbortController();
  #state: DemoTripsState = { kind: 'loading' };
  #timer: unknown;

  constructor(
    url: string,
    platform: Pick<Platform, 'fetch' | 'clock'>,
    follow = (trip: Trip, token: string) => new FollowedTrip({ url, tripId: trip.id, token }),
  ) {
    this.#url = url;
    this.#platform = platform;
    this.#follow = follow;
    void this.#refresh();
  }

  /** For `useSyncExternalStore`; returns how to stop listening. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): DemoTripsState => this.#state;

  close(): void {
    this.#abort.abort();
    this.#platform.clock.clearTimeout(this.#timer);
    this.#listeners.clear();
    for (const { followed } of this.#trips()) followed.close();
    this.#state = { kind: 'loading' };
  }

  async #refresh(): Promise<void> {
    const next = await this.#ask();
    if (this.#abort.signal.aborted) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) listener();
    this.#timer = this.#platform.clock.setTimeout(() => void this.#refresh(), REFRESH_MS);
  }

  async #ask(): Promise<DemoTripsState> {
    try {
      const response = await this.#platform.fetch(`${this.#url}/v1/demo/trips`, {
        signal: this.#abort.signal,
      });
      if (response.status === 404) return { kind: 'notDemo' };
      if (!response.ok) return { kind: 'unreachable', trips: this.#trips() };
      const body = (await response.json()) as { trips: { trip: Trip; riderToken: string }[] };
      return { kind: 'ready', trips: this.#reconcile(body.trips) };
    } catch {
      return { kind: 'unreachable', trips: this.#trips() }; // no network, or no JSON: the next refresh tells
    }
  }

  #reconcile(listed: readonly { trip: Trip; riderToken: string }[]): DemoTrip[] {
    const known = new Map(this.#trips().map((demo) => [demo.trip.id, demo]));
    const trips = listed
      .filter(({ trip }) => !hasEnded(trip.status))
      .slice(0, FOLLOWED_LIMIT)
      .map(({ trip, riderToken }) => {
        const followed = known.get(trip.id)?.followed ?? this.#follow(trip, riderToken);
        known.delete(trip.id);
        return { trip, riderToken, followed };
      });
    for (const { followed } of known.values()) followed.close();
    return trips;
  }

  #trips(): readonly DemoTrip[] {
    return 'trips' in this.#state ? this.#state.trips : [];
  }
}
