import type { TripId } from '@tripcast/protocol';
import { BackendUnavailable } from '../backend.ts';
import { tripChannel } from '../bus/live-bus.ts';
import { AFewAtOnce } from '../live/a-few-at-once.ts';
import { Spread } from '../spread.ts';
import { Room, type RoomOptions } from './room.ts';

/** How often each room is looked at, ms. */
export const TICK_EVERY_MS = 500;
/** A room stays subscribed this long after its last follower left: riders come back, ms. */
const EMPTY_FOR_MS = 2_000;
/** Lookups of silent trips that may be under way at once. */
const CHECKS_AT_ONCE = 32;

/** The trips that have followers on this node. */
export class Rooms {
  readonly #rooms = new Map<TripId, Room>();
  /** Those that are not open yet. */
  readonly #opening = new Map<TripId, Promise<Room | undefined>>();
  readonly #options: RoomOptions;
  readonly #checks = new AFewAtOnce<Room>(CHECKS_AT_ONCE, (room) => room.followed.check());

  readonly #ticking: Spread<[TripId, Room]>;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#ticking = new Spread(this.#rooms, TICK_EVERY_MS, options.clock);
    options.backend.bus.onResubscribed(() => {
      for (const room of this.#rooms.values()) this.#checks.add(room);
    });
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** Followers that read the track now. */
  get behind(): number {
    let count = 0;
    for (const room of this.#rooms.values()) count += room.behind;
    return count;
  }

  /** Waiting to be sent to all followers, bytes. */
  get unsentBytes(): number {
    let bytes = 0;
    for (const room of this.#rooms.values()) bytes += room.unsentBytes;
    return bytes;
  }

  /** Of those that somebody is in, the one that has been there for longest. */
  get oldest(): Room | undefined {
    for (const room of this.#rooms.values()) if (room.size > 0) return room;
    return undefined;
  }

  /**
   * The trip's room, subscribed and read; `undefined` for an unknown trip.
   * @throws BackendUnavailable, also when the room is there and may not have heard by now who was shut out of it
   */
  async enter(id: TripId): Promise<Room | undefined> {
    if (!this.#options.backend.serves(tripChannel(id)))
      throw new BackendUnavailable('this trip is out of reach');
    const room = this.#rooms.get(id) ?? (await this.#opened(id));
    room?.expect();
    return room;
  }

  /** What falls due with time. Call it often. */
  tick(): void {
    const now = this.#options.clock.monotonic();
    this.#ticking.visit(([, room]) => {
      room.tick();
      if (room.emptySince !== undefined && now - room.emptySince > EMPTY_FOR_MS) this.#close(room);
      else if (room.followed.isCheckDue()) this.#checks.add(room);
    });
  }

  #opened(id: TripId): Promise<Room | undefined> {
    let opening = this.#opening.get(id);
    if (!opening) {
      opening = this.#openRoom(id).finally(() => this.#opening.delete(id));
      this.#opening.set(id, opening);
    }
    return opening;
  }

  async #openRoom(id: TripId): Promise<Room | undefined> {
    const room = new Room(id, this.#options);
    try {
      if (!(await room.followed.open(room))) return undefined;
      this.#rooms.set(id, room);
      return room;
    } catch (error) {
      room.close();
      throw error;
    }
  }

  #close(room: Room): void {
    room.close();
    this.#checks.delete(room);
    this.#rooms.delete(room.followed.id);
  }
}
