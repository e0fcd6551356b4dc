import type { Close, DriverEvent, RefusalCode, Trip, VehicleId } from '@tripcast/protocol';
import { CLOSE, FIX_BYTES, fixTimeIn, REFUSAL, TIMING } from '@tripcast/protocol';
import type { Agenda } from '../agenda.ts';
import { type Backend, BackendUnavailable } from '../backend.ts';
import { tripChannel, type Unsubscribe, vehicleChannel } from '../bus/live-bus.ts';
import { writeVehicleEvent } from '../bus/trip-event.ts';
import { readVehicleNote, type VehicleNote } from '../bus/vehicle-note.ts';
import type { SteadyClock } from '../clock.ts';
import type { Metrics, TakeoverNotice } from '../metrics/metrics.ts';
import type { Farewells } from './farewells.ts';
import { type FixFate, FixWriter } from './fix-writer.ts';
import { timeOfLast } from './followed-trip.ts';
import { Pace } from './pace.ts';
import { VehicleTrips } from './vehicle-trips.ts';

/** The driver's end of it: a socket. Nothing is called after `close`. */
export interface DriverLink {
  send(event: DriverEvent): void;
  close(why: Close): void;
}

/** What is counted while fixes are judged. */
export type DriveFigures = Pick<
  Metrics,
  'fixesStored' | 'fixRefused' | 'acknowledged' | 'takenOver' | 'publishing'
>;

/** How far ahead of our clock a fix may be, ms; how many may wait to be settled. */
export interface DriveLimits {
  readonly fixAheadMs: number;
  readonly fixBurst: number;
}

/** How often the vehicle's trips are read without any reason, ms: what a lost note costs at the most. */
const REREAD_EVERY_MS = 15_000;
/** How long publishing takes is measured of the first of so many messages. */
const MEASURED_ONE_IN = 16;

/**
 * A vehicle whose driver is connected to this node: has its fixes written in the order they came, acknowledges, sets the pace,
 * and tells the followers of its trips whether it is there. It is the vehicle's only writer until a greater session is.
 */
export class DrivenVehicle {
  readonly id: VehicleId;
  readonly #tokenIssuedAtMs: number;
  readonly #backend: Backend;
  readonly #clock: SteadyClock;
  readonly #figures: DriveFigures;
  readonly #limits: DriveLimits;
  readonly #farewells: Pick<Farewells, 'bid'>;
  readonly #reminders: Pick<Agenda<DrivenVehicle>, 'add'>;
  readonly #writer: FixWriter;
  readonly #trips: VehicleTrips;
  readonly #pace = new Pace();
  #link: DriverLink | undefined;
  #node = '';
  #session = 0;
  /** 0 before it has asked to take over. */
  #onlineSince = 0;
  #unsubscribe: Unsubscribe = () => {};
  #closed = false;
  /** Why it must close as soon as there is somebody to tell. */
  #doomed: Close | undefined;
  #greatestSessionHeard = 0;
  #revision = 0;
  #newest: Uint8Array | undefined;
  /** ms since the Unix epoch. */
  #newestTime = Number.NEGATIVE_INFINITY;
  #untilMeasured = 0;
  #rereadAt: number;
  #acknowledgedAt = Number.NEGATIVE_INFINITY;
  /** `acknowledgeAsReminded` will be called. */
  #isReminded = false;

  /** @param phase 0 ≤ phase < 1, spreads the periodic reads of many vehicles */
  constructor(options: {
    id: VehicleId;
    tokenIssuedAtMs: number;
    backend: Backend;
    clock: SteadyClock;
    figures: DriveFigures;
    limits: DriveLimits;
    farewells: Pick<Farewells, 'bid'>;
    /** When it is due, call `acknowledgeAsReminded`; looked at each `REMINDERS_EVERY_MS`. */
    reminders: Pick<Agenda<DrivenVehicle>, 'add'>;
    phase: number;
  }) {
    this.id = options.id;
    this.#tokenIssuedAtMs = options.tokenIssuedAtMs;
    this.#backend = options.backend;
    this.#clock = options.clock;
    this.#figures = options.figures;
    this.#trips = new VehicleTrips(this.id, this.#backend.trips, (trip) => this.#tripChanged(trip));
    this.#limits = options.limits;
    this.#farewells = options.farewells;
    this.#reminders = options.reminders;
    const { id, backend, clock } = options;
    const capacity = options.limits.fixBurst;
    this.#writer = new FixWriter({ id, backend, clock, capacity, trips: this.#trips, fate: this.#fate() });
    this.#rereadAt = this.#clock.monotonic() + REREAD_EVERY_MS * (1 + options.phase);
  }

  /** 0 before it has taken over. */
  get session(): number {
    return this.#session;
  }

  /** ms since the Unix epoch. */
  get onlineSince(): number {
    return this.#onlineSince;
  }

  get paceMs(): number {
    return this.#pace.intervalMs;
  }

  /** Those that have not ended. */
  get trips(): readonly Trip[] {
    return this.#trips.current;
  }

  /** Another number after each change of pace or trips. */
  get revision(): number {
    return this.#revision;
  }

  /** The newest fix that was passed on, 20 bytes, another array for each; `undefined` before the first. */
  get newest(): Uint8Array | undefined {
    return this.#newest;
  }

  /**
   * Takes the vehicle over: listens, then takes the next session, then reads the trips. Whoever had the vehicle is told.
   * @throws BackendUnavailable; call `leave` then, as after anything else
   */
  async takeOver(node: string): Promise<void> {
    const { bus } = this.#backend;
    const ear = {
      hear: (message: Uint8Array) => {
        const note = readVehicleNote(message);
        if (note) this.#hear(note);
      },
    };
    this.#unsubscribe = () => bus.unsubscribe(vehicleChannel(this.id), ear);
    await bus.subscribe(vehicleChannel(this.id), ear);
    this.#node = node;
    this.#onlineSince = this.#clock.now();
    this.#session = await this.#backend.vehicles.takeOver(this.id, node, this.#onlineSince);
    this.#writer.open(this.#session);
    await this.#trips.read();
    this.#revoked(await this.#backend.vehicles.revokedBefore(this.id)); // since it was last looked up, before we listened
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
      trips: [...this.#trips.current],
    });
    if (this.#greatestSessionHeard > this.#session) this.#replaced('note');
    else if (this.#doomed) this.#close(this.#doomed);
  }

  /** Fixes have come (n × 20 bytes, checked, ours to keep). They are settled in this order. */
  accept(fixes: Uint8Array): void {
    if (!this.#closed && !this.#writer.accept(fixes)) this.#close(CLOSE.overloaded);
  }

  /** A fix was refused before it could be queued. Its time counts as settled unless it is none, or lies ahead of the clock. */
  refuse(time: number | undefined, code: RefusalCode): void {
    this.#figures.fixRefused(code);
    this.#link?.send({ type: 'refused', ...(time !== undefined && { time }), code, message: REFUSAL[code] });
    if (time === undefined || !Number.isInteger(time) || code === 'fix_from_future') return;
    if (time <= this.#clock.now() + this.#limits.fixAheadMs) this.#writer.settled(time);
  }

  /** It was reminded of the acknowledgement that it owes. */
  acknowledgeAsReminded(): void {
    this.#isReminded = false;
    this.acknowledge();
  }

  /** Sends the acknowledgement that is owed, if any. */
  acknowledge(): void {
    const owed = this.#closed ? undefined : this.#writer.acknowledge();
    if (!owed || !this.#link) return;
    const { time, sinceMs } = owed;
    this.#acknowledgedAt = this.#clock.monotonic();
    this.#link.send({ type: 'ack', time });
    if (sinceMs !== undefined) this.#figures.acknowledged(this.#acknowledgedAt - sinceMs);
  }

  /** What falls due with time: retries, the pace, the periodic read. Call it some times a second. */
  tick(): void {
    if (this.#closed) return;
    const now = this.#clock.monotonic();
    if (this.#pace.isAskDue(now)) void this.#askWhoListens();
    this.#writer.tick();
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
      if (presence.session > this.#session) this.#replaced('reread');
      // This node was taken for dead and riders were told so, or a failover has lost that the driver came: its next session
      // tells them that it is here.
      else if (presence.session < this.#session || presence.node === '') this.#close(CLOSE.restarting);
      this.#revoked(await this.#backend.vehicles.revokedBefore(this.id));
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      // the backend is away; the next reread comes by itself
    }
  }

  /** Whether all that its fixes need can be had now. */
  get isServed(): boolean {
    const { serves } = this.#backend;
    return (
      serves(vehicleChannel(this.id)) && this.#trips.current.every((trip) => serves(tripChannel(trip.id)))
    );
  }

  /** Fixes that were accepted and are not settled. */
  get waitingFixes(): number {
    return this.#writer.waiting;
  }

  /** As `FixWriter.settle`. */
  settle(): Promise<void> {
    return this.#writer.settle();
  }

  /** The driver has gone: as `Farewells.bid`. */
  async leave(): Promise<number | undefined> {
    this.#closed = true;
    this.#writer.close();
    this.#link = undefined;
    this.#unsubscribe();
    if (this.#onlineSince === 0) return undefined;
    return this.#farewells.bid({
      id: this.id,
      node: this.#node,
      onlineSince: this.#onlineSince,
      session: this.#session,
      trips: this.#trips.current.map((trip) => trip.id),
      paceMs: this.#pace.intervalMs,
    });
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
        if (this.#session !== 0 && note.session > this.#session) this.#replaced('note');
        return;
      case 'revoked':
        this.#revoked(note.before);
        return;
      default:
        note satisfies never;
    }
  }

  #fate(): FixFate {
    return {
      writing: (fixes) => this.#notePublishing(fixes),
      wrote: (fixes, stored, listeners) => {
        this.#noteNewest(fixes);
        this.#figures.fixesStored(stored);
        if (listeners > 0) this.#watched();
      },
      outOfOrder: (time) => this.refuse(time, 'fix_out_of_order'),
      settled: () => this.#owe(),
      superseded: () => this.#replaced('refused'),
    };
  }

  #owe(): void {
    if (this.#isReminded) return;
    this.#isReminded = true;
    this.#reminders.add(this, this.#acknowledgedAt + ACKNOWLEDGE_NO_SOONER_MS);
  }

  #noteNewest(fixes: Uint8Array): void {
    const at = fixes.byteLength - FIX_BYTES;
    const time = fixTimeIn(fixes, at);
    if (time <= this.#newestTime) return;
    this.#newestTime = time;
    this.#newest = at === 0 ? fixes : fixes.slice(at);
  }

  /** Nobody on this node follows while the pace is slow. */
  #notePublishing(fixes: Uint8Array): void {
    if (this.#pace.intervalMs !== TIMING.paceWatchedMs || this.#untilMeasured-- > 0) return;
    this.#untilMeasured = MEASURED_ONE_IN - 1;
    for (const trip of this.#trips.current) this.#figures.publishing(trip.id, timeOfLast(fixes));
  }

  #watched(): void {
    if (this.#closed) return; // what was on its way when the driver went
    if (this.#pace.watched(this.#clock.monotonic())) this.#paceChanged();
  }

  #paceChanged(): void {
    const { intervalMs } = this.#pace;
    this.#revision++;
    this.#link?.send({ type: 'pace', intervalMs });
    void this.#tellPace(intervalMs);
  }

  /** A driver that sends nothing, or nothing that is stored, may be watched all the same. */
  async #askWhoListens(): Promise<void> {
    const { intervalMs } = this.#pace;
    try {
      const listeners = await this.#publishState({
        online: true,
        time: this.#onlineSince,
        paceMs: intervalMs,
      });
      if (this.#closed) return;
      const now = this.#clock.monotonic();
      if (listeners > 0 ? this.#pace.watched(now) : this.#pace.unwatched(now)) this.#paceChanged();
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      // nobody can tell: it is asked again soon
    }
  }

  async #tellPace(intervalMs: number): Promise<void> {
    if (this.#session === 0) return; // still taking over: `takeOver` tells
    try {
      const isChanged = await this.#backend.vehicles.changePace(this.id, this.#session, intervalMs);
      if (isChanged && !this.#closed) {
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
    this.#revision++;
    this.#link?.send({ type: 'trip', trip }); // what came before the link is told by `hello`
  }

  #revoked(before: number): void {
    if (this.#tokenIssuedAtMs < before) this.#close(CLOSE.revoked);
  }

  /** It has connected elsewhere. */
  #replaced(notice: TakeoverNotice): void {
    if (!this.#closed && this.#doomed !== CLOSE.replaced) this.#figures.takenOver(notice);
    this.#close(CLOSE.replaced);
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
    this.#writer.close();
    this.#link = undefined;
    link.close(why);
  }
}

/** How often it must be looked whether a reminder is due, ms. */
export const REMINDERS_EVERY_MS = 50;
/**
 * Who has just heard an acknowledgement waits this long for the next, ms, which then covers more: a message is what costs, and
 * together with the time between two looks this is less than what is promised. What comes alone is acknowledged at the next
 * look.
 */
export const ACKNOWLEDGE_NO_SOONER_MS = TIMING.ackWithinMs - 5 * REMINDERS_EVERY_MS;
