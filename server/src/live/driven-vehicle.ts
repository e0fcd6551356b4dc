import type { Close, DriverEvent, RefusalCode, Trip, VehicleId } from '@tripcast/protocol';
import { CLOSE, FIX_BYTES, fixTime, LIMITS, REFUSAL, TIMING } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../backend.ts';
import { tripChannel, type Unsubscribe, vehicleChannel } from '../bus/live-bus.ts';
import { writeVehicleEvent } from '../bus/trip-event.ts';
import { readVehicleNote, type VehicleNote } from '../bus/vehicle-note.ts';
import type { Clock } from '../clock.ts';
import { FixQueue } from './fix-queue.ts';
import { judgeFixes } from './judge.ts';
import { Pace } from './pace.ts';
import { VehicleTrips } from './vehicle-trips.ts';

/** The driver's end of it: a socket. Nothing is called after `close`. */
export interface DriverLink {
  send(event: DriverEvent): void;
  close(why: Close): void;
}

/** What is counted while fixes are judged. */
export interface DriveFigures {
  fixesStored(count: number): void;
  fixRefused(code: RefusalCode): void;
}

/** How often the vehicle's trips are read without any reason, ms: what a lost note costs at the most. */
const REREAD_EVERY_MS = 15_000;
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 2_000;

/**
 * A vehicle whose driver is connected to this node: judges its fixes in the order they came, acknowledges, sets the pace,
 * and tells the followers of its trips whether it is there. It is the vehicle's only writer until a greater session is.
 */
export class DrivenVehicle {
  readonly id: VehicleId;
  readonly #tokenIssuedAtMs: number;
  readonly #backend: Backend;
  readonly #clock: Clock;
  readonly #figures: DriveFigures;
  readonly #queue: FixQueue;
  readonly #trips: VehicleTrips;
  readonly #pace = new Pace();
  #link: DriverLink | undefined;
  #session = 0;
  #onlineSince = 0;
  #unsubscribe: Unsubscribe = () => {};
  #closed = false;
  /** Why it must close as soon as there is somebody to tell. */
  #doomed: Close | undefined;
  #greatestSessionHeard = 0;
  #judging: Promise<void> | undefined;
  #retryAt = 0;
  #retryMs = RETRY_FIRST_MS;
  #rereadAt: number;

  /** @param phase 0 ≤ phase < 1, spreads the periodic reads of many vehicles */
  constructor(options: {
    id: VehicleId;
    tokenIssuedAtMs: number;
    backend: Backend;
    clock: Clock;
    figures: DriveFigures;
    phase: number;
    queueCapacity?: number;
  }) {
    this.id = options.id;
    this.#tokenIssuedAtMs = options.tokenIssuedAtMs;
    this.#backend = options.backend;
    this.#clock = options.clock;
    this.#figures = options.figures;
    this.#queue = new FixQueue(options.queueCapacity ?? LIMITS.fixBurst);
    this.#trips = new VehicleTrips(this.id, this.#backend.trips, (trip) => this.#tripChanged(trip));
    this.#rereadAt = this.#clock.now() + REREAD_EVERY_MS * (1 + options.phase);
  }

  /**
   * Takes the vehicle over: listens, then takes the next session, then reads the trips. Whoever had the vehicle is told.
   * @throws BackendUnavailable; call `leave` then, as after anything else
   */
  async takeOver(node: string): Promise<void> {
    this.#unsubscribe = await this.#backend.bus.subscribe(vehicleChannel(this.id), (message) => {
      const note = readVehicleNote(message);
      if (note) this.#hear(note);
    });
    this.#onlineSince = this.#clock.now();
    this.#session = await this.#backend.vehicles.takeOver(this.id, node, this.#onlineSince);
    await this.#trips.read();
    await this.#tellFollowers();
  }

  /** Opens the conversation: `hello`, and what has happened since `takeOver`. */
  greet(link: DriverLink): void {
    this.#link = link;
    const now = this.#clock.now();
    link.send({
      type: 'hello',
      serverTime: now,
      pace: { intervalMs: this.#pace.intervalMs },
      trips: this.#trips.current,
    });
    if (this.#greatestSessionHeard > this.#session) this.#close(CLOSE.replaced);
    else if (this.#doomed) this.#close(this.#doomed);
  }

  /** Fixes have come (n × 20 bytes, checked, ours to keep). They are settled in this order. */
  accept(fixes: Uint8Array): void {
    if (this.#closed) return;
    if (!this.#queue.add(fixes, this.#trips.step())) this.#close(CLOSE.overloaded);
    else if (this.#retryAt === 0) this.#judge();
  }

  /** A fix was refused before it could be queued. Its time counts as settled unless it lies ahead of the clock. */
  refuse(time: number | undefined, code: RefusalCode): void {
    this.#figures.fixRefused(code);
    this.#link?.send({ type: 'refused', ...(time !== undefined && { time }), code, message: REFUSAL[code] });
    if (time !== undefined && code !== 'fix_from_future' && time <= this.#clock.now() + LIMITS.fixAheadMs) {
      this.#queue.settled(time);
    }
  }

  /** Sends the acknowledgement that is owed, if any. */
  acknowledge(): void {
    if (this.#closed || !this.#queue.hasSettled()) return;
    const time = this.#queue.acknowledgeable();
    if (time > 0) this.#link?.send({ type: 'ack', time });
  }

  /** What falls due with time: retries, the slower pace, the periodic read. Call it some times a second. */
  tick(): void {
    if (this.#closed) return;
    const now = this.#clock.now();
    if (this.#pace.elapsed(now)) this.#paceChanged();
    if (this.#retryAt !== 0 && now >= this.#retryAt && !this.#judging) {
      this.#retryAt = 0;
      this.#judge();
    }
    if (now >= this.#rereadAt) {
      this.#rereadAt = now + REREAD_EVERY_MS;
      void this.reread();
    }
  }

  /** Reads what notes may have failed to tell: after a resubscription, and now and then. */
  async reread(): Promise<void> {
    try {
      await this.#trips.read();
      const presence = await this.#backend.vehicles.presence(this.id);
      if (presence.session > this.#session) this.#close(CLOSE.replaced);
      // This node was taken for dead and riders were told so: the driver's next session tells them that it is here.
      else if (presence.session === this.#session && presence.node === '') this.#close(CLOSE.restarting);
      this.#revoked(await this.#backend.vehicles.revokedBefore(this.id));
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      // the backend is away; the next reread comes by itself
    }
  }

  /** Settles when every fix that was accepted is settled, or the backend is unavailable. */
  async settle(): Promise<void> {
    await this.#judging?.catch(() => {}); // what went wrong is told where it is judged
  }

  /** The driver has gone: followers are told, unless it has already come back elsewhere. */
  async leave(): Promise<void> {
    this.#closed = true;
    this.#link = undefined;
    this.#unsubscribe();
    if (this.#session === 0) return;
    try {
      const now = this.#clock.now();
      if (await this.#backend.vehicles.leave(this.id, this.#session, now)) {
        await this.#publishState({ online: false, time: now, paceMs: this.#pace.intervalMs });
      }
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      // others find it by this node's silence, or by the driver's next session
    }
  }

  #hear(note: VehicleNote): void {
    switch (note.type) {
      case 'trip':
        this.#trips.hear(note.trip);
        return;
      case 'wanted':
        this.#watched();
        return;
      case 'takeover':
        this.#greatestSessionHeard = Math.max(this.#greatestSessionHeard, note.session);
        if (this.#session !== 0 && note.session > this.#session) this.#close(CLOSE.replaced);
        return;
      case 'revoked':
        this.#revoked(note.before);
        return;
      default:
        note satisfies never;
    }
  }

  /** Begins with the oldest batch, unless one is being judged. */
  #judge(): void {
    this.#judging ??= this.#judgeAll().finally(() => {
      this.#judging = undefined;
    });
  }

  async #judgeAll(): Promise<void> {
    try {
      for (let batch = this.#queue.next(); batch && !this.#closed; batch = this.#queue.next()) {
        const vehicle = { id: this.id, session: this.#session };
        const judgement = await judgeFixes(this.#backend, vehicle, this.#trips, batch.fixes, batch.arrival);
        if (judgement === 'superseded') {
          this.#close(CLOSE.replaced);
          return;
        }
        this.#queue.settleNext();
        this.#retryMs = RETRY_FIRST_MS;
        this.#figures.fixesStored(judgement.stored);
        for (const index of judgement.outOfOrder) {
          const view = new DataView(batch.fixes.buffer, batch.fixes.byteOffset);
          this.refuse(fixTime(view, index * FIX_BYTES), 'fix_out_of_order');
        }
        if (judgement.listeners > 0) this.#watched();
      }
    } catch (error) {
      this.#retryAt = this.#clock.now() + this.#retryMs;
      this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MOST_MS);
      if (!(error instanceof BackendUnavailable)) throw error;
    }
  }

  #watched(): void {
    if (this.#pace.watched(this.#clock.now())) this.#paceChanged();
  }

  #paceChanged(): void {
    const { intervalMs } = this.#pace;
    this.#link?.send({ type: 'pace', intervalMs });
    void this.#tellPace(intervalMs);
  }

  async #tellPace(intervalMs: number): Promise<void> {
    if (this.#session === 0) return; // still taking over: `takeOver` tells
    try {
      if (await this.#backend.vehicles.changePace(this.id, this.#session, intervalMs)) {
        await this.#publishState({ online: true, time: this.#onlineSince, paceMs: intervalMs });
      }
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      // followers see the driver's new rhythm; the next change tells them in words
    }
  }

  /** Tells the followers of every current trip that the driver is here; the answer says whether anybody watches. */
  async #tellFollowers(): Promise<void> {
    // Whoever hears this watches, so the fast pace is what it will be.
    const state = { online: true, time: this.#onlineSince, paceMs: TIMING.paceWatchedMs };
    const listeners = await this.#publishState(state);
    if (listeners > 0) this.#watched();
  }

  async #publishState(state: { online: boolean; time: number; paceMs: number }): Promise<number> {
    const event = writeVehicleEvent(this.#session, state);
    const heard = await Promise.all(
      this.#trips.current.map((trip) => this.#backend.bus.publish(tripChannel(trip.id), event)),
    );
    return heard.reduce((sum, count) => sum + count, 0);
  }

  #tripChanged(trip: Trip): void {
    this.#link?.send({ type: 'trip', trip }); // what came before the link is told by `hello`
  }

  #revoked(before: number): void {
    if (this.#tokenIssuedAtMs < before) this.#close(CLOSE.revoked);
  }

  #close(why: Close): void {
    if (this.#closed) return;
    this.acknowledge();
    const link = this.#link;
    if (!link) {
      this.#doomed = why;
      return;
    }
    this.#closed = true;
    this.#link = undefined;
    link.close(why);
  }
}

/** How often `acknowledge` must be called, so that an acknowledgement is never later than promised, ms. */
export const ACKNOWLEDGE_EVERY_MS = TIMING.ackWithinMs / 8;
