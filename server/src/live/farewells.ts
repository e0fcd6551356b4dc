import type { TripId, VehicleId } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../backend.ts';
import { tripChannel, vehicleChannel } from '../bus/live-bus.ts';
import { writeVehicleEvent } from '../bus/trip-event.ts';
import type { SteadyClock } from '../clock.ts';

/** A driver's connection that is over, or has not come about, and is written down as there. */
export interface Departure {
  id: VehicleId;
  /** As it took over: in whose name, and when, ms since the Unix epoch. */
  node: string;
  onlineSince: number;
  /** 0 when nobody has told whether it took over. */
  session: number;
  /** The trips whose followers are told. */
  trips: readonly TripId[];
  paceMs: number;
}

interface Owed {
  readonly departure: Departure;
  /** Offline since, ms since the Unix epoch. */
  readonly atMs: number;
  /** By the monotonic clock, ms. */
  readonly beganAt: number;
  retryAt: number;
  isRepeated: boolean;
  readonly resolve: (offlineSince: number | undefined) => void;
}

const RETRY_EVERY_MS = 1_000;
/** A takeover in doubt is looked for this often, ms. */
const LOOK_EVERY_MS = 5_000;
/** A takeover that was sent and not answered is carried out by then, or never, ms. */
const IN_DOUBT_FOR_MS = 15_000;
/** Farewells that may be under way again at once: what lives must not wait for those who have gone. */
const RETRIES_AT_ONCE = 64;

/**
 * Has it written down that drivers have gone, and their followers told. What cannot be said because the backend is away is
 * said when it is back: this node lives, so nobody else would find out.
 */
export class Farewells {
  readonly #backend: Pick<Backend, 'vehicles' | 'bus' | 'serves'>;
  readonly #clock: SteadyClock;
  readonly #owed = new Set<Owed>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(backend: Pick<Backend, 'vehicles' | 'bus' | 'serves'>, clock: SteadyClock) {
    this.#backend = backend;
    this.#clock = clock;
  }

  /** How many are still to be said. */
  get owed(): number {
    return this.#owed.size;
  }

  /**
   * Resolves when it is said: to since when the vehicle is offline by it, ms since the Unix epoch, or to `undefined` when its
   * driver has come back elsewhere or was never here.
   */
  bid(departure: Departure): Promise<number | undefined> {
    return new Promise((resolve) => {
      const beganAt = this.#clock.monotonic();
      const owed = {
        departure,
        atMs: this.#clock.now(),
        beganAt,
        retryAt: beganAt,
        isRepeated: false,
        resolve,
      };
      this.#owed.add(owed);
      this.#say(owed);
    });
  }

  /** Says again what is due. Call it some times a second. */
  tick(): void {
    const now = this.#clock.monotonic();
    for (const owed of this.#owed) {
      if (this.#underWay.size >= RETRIES_AT_ONCE) return;
      if (now >= owed.retryAt && this.#backend.serves(vehicleChannel(owed.departure.id))) this.#say(owed);
    }
  }

  /** Resolves when what can be said now is said. The rest is left to be found by this node's silence: it leaves. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    for (const owed of this.#owed) this.#forget(owed, undefined);
  }

  #say(owed: Owed): void {
    owed.retryAt = Number.POSITIVE_INFINITY;
    const said = (owed.departure.session === 0 ? this.#abandon(owed) : this.#leave(owed))
      .catch((error: unknown) => {
        this.#sayAgain(owed);
        if (!(error instanceof BackendUnavailable)) throw error;
      })
      .finally(() => this.#underWay.delete(said));
    this.#underWay.add(said);
  }

  #sayAgain(owed: Owed, afterMs = RETRY_EVERY_MS): void {
    owed.isRepeated = true;
    owed.retryAt = this.#clock.monotonic() + afterMs;
  }

  async #leave(owed: Owed): Promise<void> {
    const { departure, atMs } = owed;
    const { vehicles } = this.#backend;
    const { left, kept } = await vehicles.leave(departure.id, departure.session, atMs);
    if (!left && !(owed.isRepeated && (await this.#isOffline(departure))))
      return this.#forget(owed, undefined);
    await this.#tellFollowers(departure, atMs);
    owed.resolve(atMs);
    void kept.then(
      () => this.#forget(owed, atMs),
      () => this.#sayAgain(owed), // the store that it was said to may be gone
    );
  }

  /** It was said before, and only the answer was lost. */
  async #isOffline({ id, session }: Departure): Promise<boolean> {
    const presence = await this.#backend.vehicles.presence(id);
    return presence.session === session && !presence.online;
  }

  async #tellFollowers({ session, trips, paceMs }: Departure, time: number): Promise<void> {
    const event = writeVehicleEvent(session, { online: false, time, paceMs });
    await Promise.all(trips.map((trip) => this.#backend.bus.publish(tripChannel(trip), event)));
  }

  async #abandon(owed: Owed): Promise<void> {
    const { id, node, onlineSince } = owed.departure;
    await this.#backend.vehicles.abandon(id, node, onlineSince, owed.atMs);
    if (this.#clock.monotonic() - owed.beganAt >= IN_DOUBT_FOR_MS) this.#forget(owed, undefined);
    else this.#sayAgain(owed, LOOK_EVERY_MS);
  }

  #forget(owed: Owed, offlineSince: number | undefined): void {
    this.#owed.delete(owed);
    owed.resolve(offlineSince);
  }
}
