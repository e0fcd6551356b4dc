// One trip that is followed, outside React: fixes go into the glide's buffer and are read by the frame loop; a screen
// subscribes to the slow facts alone.

import { type FollowEvent, followTrip, type Platform, type TokenSource } from '@tripcast/client';
import { decodePolyline } from '@tripcast/protocol';
import {
  EMPTY_BUFFER,
  type GlideBuffer,
  isAstray,
  type Pose,
  poseAt,
  type RouteArc,
  receiveFixes,
  receiveNewest,
  routeArc,
  type Streets,
  withRoute,
  withStreets,
  withVehiclePace,
} from '../glide/index.ts';
import { areSameFacts, factsOf, type TripFacts } from './trip-facts.ts';
import { type Heard, liveUntilMs } from './truth.ts';

export interface FollowedTripOptions {
  /** The node that served the page, or any other. */
  url: string;
  tripId: string;
  token: TokenSource;
  platform?: Partial<Platform>;
  /** What follows the trip; given by those who listen in. Default: the SDK's. */
  follow?: typeof followTrip;
  /** Asked once, when the car is on no route; without streets it is shown to drive straight there. */
  loadStreets?: () => Promise<Streets | undefined>;
}

const TICK_MS = 1_000;
const systemClock: Platform['clock'] = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as number),
};

/** Follows a trip until `close()`, which may be called twice. */
export class FollowedTrip {
  readonly tripId: string;
  readonly #clock: Platform['clock'];
  readonly #stopFollowing: () => void;
  readonly #listeners = new Set<() => void>();
  #heard: Heard = { connection: 'connecting' };
  #buffer: GlideBuffer = EMPTY_BUFFER;
  #loadStreets: FollowedTripOptions['loadStreets'];
  #routeText: string | undefined;
  #clockOffsetMs = 0;
  /** As the screen has them. */
  #facts: TripFacts;
  /** As they were at the last look, which the estimate goes on from. */
  #lookedAt: TripFacts | undefined;
  #tick: unknown;
  #isClosed = false;
  /** When the next second is over, by this device's clock. */
  #wholeTickMs = Number.NEGATIVE_INFINITY;

  constructor({ url, tripId, token, platform, follow = followTrip, loadStreets }: FollowedTripOptions) {
    this.tripId = tripId;
    this.#clock = platform?.clock ?? systemClock;
    this.#loadStreets = loadStreets;
    this.#facts = factsOf(this.#heard, undefined, 0, this.#clock.now());
    const following = follow({ url, tripId, token, ...(platform && { platform }) });
    const unsubscribe = following.subscribe((event) => this.#hear(event));
    this.#stopFollowing = () => {
      unsubscribe();
      following.close();
    };
    this.#scheduleTick();
  }

  /** For `useSyncExternalStore`; returns how to stop listening. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same object until something that a screen shows has changed. */
  readonly facts = (): TripFacts => this.#facts;

  /** Where the car is shown at `nowMs` by this device's clock. */
  poseAt(nowMs: number): Pose | undefined {
    // On a busy device a frame may come before the tick that is due: no car is drawn beside a word that is past.
    if (this.#facts.truth.kind === 'live' && this.#staleInMs(nowMs) <= 0) this.#look();
    return poseAt(this.#buffer, nowMs + this.#clockOffsetMs);
  }

  /** Of the newest fix, m, 68 % radius; `undefined` while unknown. */
  get accuracyMetres(): number | undefined {
    return this.#buffer.newest?.accuracy ?? undefined;
  }

  /** The planned route; the same object until it changes. */
  get route(): RouteArc | undefined {
    return this.#buffer.route;
  }

  close(): void {
    this.#isClosed = true;
    this.#stopFollowing();
    this.#clock.clearTimeout(this.#tick);
    this.#listeners.clear();
  }

  #hear(event: FollowEvent): void {
    switch (event.type) {
      case 'connection': {
        const { problem: _past, ...heard } = this.#heard;
        this.#heard = {
          ...heard,
          connection: event.connection,
          isDisturbed: false, // a new node would say so
          ...(event.problem && { problem: event.problem }),
        };
        break;
      }
      case 'trip':
        this.#heard = { ...this.#heard, trip: event.trip };
        this.#readRoute(event.trip.route);
        break;
      case 'vehicle':
        if (event.vehicle.paceMs !== this.#heard.vehicle?.paceMs) {
          this.#buffer = withVehiclePace(this.#buffer, event.vehicle.paceMs);
        }
        this.#heard = { ...this.#heard, vehicle: event.vehicle };
        break;
      case 'newest':
        this.#receive((buffer, nowMs) => receiveNewest(buffer, event.fix, nowMs), this.#clock.now());
        break;
      case 'fixes':
        this.#receive((buffer, nowMs) => receiveFixes(buffer, event.fixes, nowMs), event.receivedAt);
        break;
      case 'clock':
        this.#clockOffsetMs = event.offsetMs;
        this.#heard = { ...this.#heard, clockUncertaintyMs: event.uncertaintyMs };
        break;
      case 'service':
        this.#heard = { ...this.#heard, isDisturbed: !event.available };
        break;
      case 'truncated':
        break; // the glide shows now, not the past
      default:
        event satisfies never;
    }
    if (event.type !== 'fixes') this.#look();
  }

  #receive(into: (buffer: GlideBuffer, nowMs: number) => GlideBuffer, receivedAtMs: number): void {
    const isFirst = this.#buffer.newest === undefined;
    this.#buffer = into(this.#buffer, receivedAtMs + this.#clockOffsetMs);
    if (this.#buffer.newest) this.#heard = { ...this.#heard, newest: this.#buffer.newest };
    const { truth, fixAgeSeconds = 0 } = this.#facts;
    if (isFirst || truth.kind === 'silent' || fixAgeSeconds > 0) this.#look(); // an age that is past isn't left standing
    if (this.#loadStreets && isAstray(this.#buffer)) void this.#addStreets(this.#loadStreets);
  }

  async #addStreets(load: NonNullable<FollowedTripOptions['loadStreets']>): Promise<void> {
    this.#loadStreets = undefined;
    const streets = await load().catch(() => undefined); // without them the glide is what it was
    if (streets) this.#buffer = withStreets(this.#buffer, streets);
  }

  #readRoute(text: string | undefined): void {
    if (text === this.#routeText) return;
    this.#routeText = text;
    this.#buffer = withRoute(this.#buffer, routeArc((text && decodePolyline(text)) || []));
  }

  #scheduleTick(): void {
    this.#clock.clearTimeout(this.#tick);
    if (this.#isClosed) return;
    this.#tick = this.#clock.setTimeout(() => {
      this.#look();
    }, this.#nextTickMs());
  }

  /** A position that grows too old to be live does so in the midst of a second. */
  #nextTickMs(): number {
    const nowMs = this.#clock.now();
    if (nowMs >= this.#wholeTickMs) this.#wholeTickMs = nowMs + TICK_MS;
    const tickInMs = this.#wholeTickMs - nowMs;
    // A device that stalled since the last look may have let the moment pass.
    return this.#facts.truth.kind === 'live'
      ? Math.min(tickInMs, Math.max(0, this.#staleInMs(nowMs)))
      : tickInMs;
  }

  /** When the newest position can't be called live any more, ms from `nowMs` by this device's clock. */
  #staleInMs(nowMs: number): number {
    return (liveUntilMs(this.#heard) ?? 0) + 1 - (nowMs + this.#clockOffsetMs);
  }

  /** Tells the listeners when the facts are no longer what they were, and looks again when they may have changed. */
  #look(): void {
    const nowMs = this.#clock.now();
    const onRoute = poseAt(this.#buffer, nowMs + this.#clockOffsetMs)?.onRoute;
    const progress =
      onRoute?.route === this.route && onRoute
        ? { metres: onRoute.metres, lengthMetres: onRoute.route.lengthMetres }
        : undefined;
    const facts = factsOf(
      this.#heard,
      progress,
      this.#clockOffsetMs,
      nowMs + this.#clockOffsetMs,
      this.#lookedAt,
    );
    this.#lookedAt = facts;
    const isNews = !areSameFacts(facts, this.#facts);
    if (isNews) this.#facts = facts;
    this.#scheduleTick();
    if (!isNews) return;
    for (const listener of [...this.#listeners]) listener();
  }
}
