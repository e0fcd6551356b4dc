// A phone that drives a vehicle, outside React: positions go from the browser to the SDK; a screen subscribes to facts.

import {
  type Clock,
  type ConnectionState,
  type DriveEvent,
  driveVehicle,
  type OutboxStore,
  type Platform,
  type Problem,
  type Trip,
  type VehicleDrive,
} from '@tripcast/client';
import { hasEnded } from '@tripcast/protocol';
import type { DriverToken } from './driver-token.ts';
import { type PositionState, PositionWatch } from './position-watch.ts';
import { ScreenLock, type ScreenState } from './screen-lock.ts';
import { type TimeAway, timeAway } from './time-away.ts';
import { inOrder } from './trip-steps.ts';

export interface DriveFacts {
  readonly connection: ConnectionState;
  readonly problem: Problem | undefined;
  /** The node has said that it can't store positions now. */
  readonly isDisturbed: boolean;
  readonly position: PositionState;
  /** Since the newest position came, whole seconds; `undefined` before the first. */
  readonly silentSeconds: number | undefined;
  readonly trips: readonly Trip[];
  readonly paceMs: number;
  /** Of this drive: handed to the SDK or found in the store. */
  readonly measured: number;
  readonly acknowledged: number;
  /** Not acknowledged, and those of them that are on their way. */
  readonly kept: number;
  readonly inFlight: number;
  /** Not stored by the node, or lost because the outbox was full. */
  readonly refused: number;
  readonly dropped: number;
  readonly restored: number;
  readonly away: TimeAway | undefined;
  readonly screen: ScreenState;
  /** What is not acknowledged survives a reload. */
  readonly isStored: boolean;
}

export interface PhoneDriveOptions extends DriverToken {
  url: string;
  /** @param onFault called whenever the store could not keep something */
  openStore: (onFault: (why: unknown) => void) => OutboxStore;
  navigator: Pick<Navigator, 'geolocation'> & Partial<Pick<Navigator, 'wakeLock'>>;
  page: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
  clock: Clock;
  platform?: Partial<Platform>;
}

const TICK_MS = 1_000;

/** Drives until `close()`, which may be called twice. The browser may ask for the position at once. */
export class PhoneDrive {
  readonly #options: PhoneDriveOptions;
  readonly #drive: VehicleDrive;
  readonly #watch: PositionWatch;
  readonly #screen: ScreenLock;
  readonly #listeners = new Set<() => void>();
  readonly #trips = new Map<string, Trip>();
  #connection: Pick<DriveFacts, 'connection' | 'problem' | 'isDisturbed'> = {
    connection: 'connecting',
    problem: undefined,
    isDisturbed: false,
  };
  #measured = 0;
  #refused = 0;
  #restored = 0;
  #isStored = true;
  #hiddenMs: number | undefined;
  #away: TimeAway | undefined;
  #tick: unknown;
  #facts: DriveFacts;

  constructor(options: PhoneDriveOptions) {
    this.#options = options;
    const { url, vehicleId, token, clock, navigator, page, platform } = options;
    const store = options.openStore((why) => {
      console.warn('positions cannot be kept', why);
      this.#isStored = false;
    });
    this.#drive = driveVehicle({ url, vehicleId, token, store, ...(platform && { platform }) });
    this.#drive.subscribe((event) => this.#hear(event));
    this.#watch = new PositionWatch({
      geolocation: navigator.geolocation,
      clock,
      onFix: (fix) => {
        this.#measured++;
        this.#drive.send(fix);
      },
      onChange: () => this.#look(),
    });
    this.#screen = new ScreenLock(navigator.wakeLock, page, () => this.#look());
    page.addEventListener('visibilitychange', this.#onVisibility);
    this.#facts = this.#factsNow();
    this.#scheduleTick();
  }

  /** For `useSyncExternalStore`; returns how to stop listening. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same object until something has changed. */
  readonly facts = (): DriveFacts => this.#facts;

  /** A trip as the node has answered it. */
  see(trip: Trip): void {
    const known = this.#trips.get(trip.id);
    if (known && known.version > trip.version) return;
    if (hasEnded(trip.status)) this.#trips.delete(trip.id);
    else this.#trips.set(trip.id, trip);
    this.#look();
  }

  /** The driver knows that positions were missed. */
  forgetAway(): void {
    this.#away = undefined;
    this.#look();
  }

  close(): void {
    this.#options.page.removeEventListener('visibilitychange', this.#onVisibility);
    this.#options.clock.clearTimeout(this.#tick);
    this.#listeners.clear();
    this.#watch.close();
    this.#screen.close();
    this.#drive.close();
  }

  #hear(event: DriveEvent): void {
    switch (event.type) {
      case 'connection':
        this.#connection = { connection: event.connection, problem: event.problem, isDisturbed: false };
        if (event.connection === 'refused') this.#watch.close();
        break;
      case 'service':
        this.#connection = { ...this.#connection, isDisturbed: !event.available };
        break;
      case 'trips':
        this.#trips.clear();
        for (const trip of event.trips) this.see(trip);
        break;
      case 'trip':
        this.see(event.trip);
        break;
      case 'pace':
        this.#watch.setPace(event.intervalMs);
        break;
      case 'restored':
        this.#restored = event.count;
        this.#measured += event.count;
        break;
      case 'refused':
        if (event.time !== undefined) this.#refused++;
        break;
      case 'acknowledged':
      case 'dropped':
      case 'clock':
        break; // read from the outbox; the SDK corrects for the clock
      default:
        event satisfies never;
    }
    this.#look();
  }

  readonly #onVisibility = (): void => {
    const nowMs = this.#options.clock.now();
    if (this.#options.page.visibilityState === 'hidden') this.#hiddenMs = nowMs;
    else if (this.#hiddenMs !== undefined) {
      const { state } = this.#watch;
      this.#away =
        timeAway(this.#hiddenMs, state.kind === 'known' ? state.receivedMs : undefined, nowMs) ?? this.#away;
      this.#hiddenMs = undefined;
      this.#look();
    }
  };

  #scheduleTick(): void {
    this.#tick = this.#options.clock.setTimeout(() => {
      this.#look();
      this.#scheduleTick();
    }, TICK_MS);
  }

  #look(): void {
    const facts = this.#factsNow();
    if (areSame(facts, this.#facts)) return;
    this.#facts = facts;
    for (const listener of [...this.#listeners]) listener();
  }

  #factsNow(): DriveFacts {
    const { size, inFlight, dropped, repeated } = this.#drive.outbox;
    const position = this.#watch.state;
    const trips = inOrder(this.#trips.values());
    return {
      ...this.#connection,
      position,
      silentSeconds:
        position.kind === 'known'
          ? Math.max(0, Math.floor((this.#options.clock.now() - position.receivedMs) / 1_000))
          : undefined,
      trips: areEqual(trips, this.#facts?.trips) ? this.#facts.trips : trips,
      paceMs: this.#drive.paceMs,
      measured: this.#measured,
      acknowledged: this.#measured - size - dropped - repeated - this.#refused,
      kept: size,
      inFlight,
      refused: this.#refused,
      dropped,
      restored: this.#restored,
      away: this.#away,
      screen: this.#screen.state,
      isStored: this.#isStored,
    };
  }
}

function areSame(one: DriveFacts, other: DriveFacts): boolean {
  return (Object.keys(one) as (keyof DriveFacts)[]).every((name) => one[name] === other[name]);
}

function areEqual(one: readonly Trip[], other: readonly Trip[] | undefined): boolean {
  return one.length === other?.length && one.every((trip, index) => trip === other[index]);
}
