import type { TripId } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../backend.ts';
import { tripChannel } from '../bus/live-bus.ts';
import type { SteadyClock } from '../clock.ts';
import { AFewAtOnce } from '../live/a-few-at-once.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Room } from './room.ts';

/** A room stays subscribed this long after its last follower left: riders come back, ms. */
const EMPTY_FOR_MS = 2_000;
/** Lookups of silent trips that may be under way at once. */
const CHECKS_AT_ONCE = 32;

/** The trips that have followers on this node. */
export class Rooms {
  readonly #rooms = new Map<TripId, Promise<Room | undefined>>();
  readonly #open = new Set<Room>();
  readonly #options: { backend: Backend; clock: SteadyClock; metrics: Metrics; bufferBytes: number };
  readonly #checks = new AFewAtOnce<Room>(CHECKS_AT_ONCE, (room) => room.followed.check());

  constructor(options: { backend: Backend; clock: SteadyClock; metrics: Metrics; bufferBytes: number }) {
    this.#options = options;
    options.backend.bus.onResubscribed(() => {
      for (const room of this.#open) this.#checks.add(room);
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** Followers that read the track now. */
  get behind(): number {
    let count = 0;
    for (const room of this.#open) count += room.behind;
    return count;
  }

  /**
   * The trip's room, subscribed and read; `undefined` for an unknown trip.
   * @throws BackendUnavailable, also when the room is there and may not have heard by now who was shut out of it
   */
  async enter(id: TripId): Promise<Room | undefined> {
    if (!this.#options.backend.serves(tripChannel(id)))
      throw new BackendUnavailable('this trip is out of reach');
    let opening = this.#rooms.get(id);
    if (!opening) {
      opening = this.#openRoom(id);
      this.#rooms.set(id, opening);
    }
    const room = await opening;
    room?.expect();
    return room;
  }

  /** What falls due with time. Call it some times a second. */
  tick(): void {
    const now = this.#options.clock.monotonic();
    for (const room of this.#open) {
      room.tick();
      if (room.emptySince !== undefined && now - room.emptySince > EMPTY_FOR_MS) this.#close(room);
      else if (room.followed.isCheckDue()) this.#checks.add(room);
    }
  }

  async #openRoom(id: TripId): Promise<Room | undefined> {
    const room = new Room(id, this.#options);
    try {
      if (await room.followed.open(room)) {
        this.#open.add(room);
        return room;
      }
      this.#rooms.delete(id);
      return undefined;
    } catch (error) {
      room.close();
      this.#rooms.delete(id);
      throw error;
    }
  }

  #close(room: Room): void {
    room.close();
    this.#open.delete(room);
    this.#checks.delete(room);
    this.#rooms.delete(room.followed.id);
  }
}
