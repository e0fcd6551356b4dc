import type { TripId } from '@tripcast/protocol';
import type { Backend } from '../backend.ts';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Room } from './room.ts';

/** A room stays subscribed this long after its last follower left: riders come back, ms. */
const EMPTY_FOR_MS = 2_000;
/** Lookups of silent trips that may be under way at once: a herd of them must not crowd out what is live. */
const CHECKS_AT_ONCE = 32;

/** The trips that have followers on this node. */
export class Rooms {
  readonly #rooms = new Map<TripId, Promise<Room | undefined>>();
  readonly #open = new Set<Room>();
  readonly #options: { backend: Backend; clock: Clock; metrics: Metrics; bufferBytes: number };
  #toCheck = new Set<Room>();
  #checking = 0;

  constructor(options: { backend: Backend; clock: Clock; metrics: Metrics; bufferBytes: number }) {
    this.#options = options;
    options.backend.bus.onResubscribed(() => {
      for (const room of this.#open) this.#toCheck.add(room);
      this.#check();
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * The trip's room, subscribed and read; `undefined` for an unknown trip.
   * @throws BackendUnavailable
   */
  async enter(id: TripId): Promise<Room | undefined> {
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
    const now = this.#options.clock.now();
    for (const room of this.#open) {
      room.tick();
      if (room.emptySince !== undefined && now - room.emptySince > EMPTY_FOR_MS) this.#close(room);
      else if (room.followed.isCheckDue()) this.#toCheck.add(room);
    }
    this.#check();
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
    this.#toCheck.delete(room);
    this.#rooms.delete(room.followed.id);
  }

  #check(): void {
    for (const room of this.#toCheck) {
      if (this.#checking >= CHECKS_AT_ONCE) return;
      this.#toCheck.delete(room);
      this.#checking++;
      void room.followed.check().finally(() => {
        this.#checking--;
        this.#check();
      });
    }
  }
}
