// One rider after the other on one screen: follows a vehicle's trips, and is asked at the end what it was given. Whoever
// looks at the page has the page's own store, and is graded.

import { type FollowEvent, followTrip, type TripFollowing } from '@tripcast/client';
import type { Tokens } from '@tripcast/driver-sim';
import type { Trip } from '@tripcast/protocol';
import { FollowedTrip } from '@tripcast/rider-web/trips';
import type { FollowedFixes } from '../grade/delivery.ts';
import { oddityInWords, ShownGrade } from '../grade/shown-grade.ts';
import type { Tally } from '../grade/tally.ts';
import type { StreetIndex } from '../truth/street-index.ts';
import type { DrivenVehicle } from './driven-vehicle.ts';
import { pageStreets } from './page-streets.ts';
import type { Phone } from './phone.ts';
import type { WorstWindow } from './worst-window.ts';

export interface RiderOptions {
  index: number;
  vehicle: DrivenVehicle;
  url: string;
  phone: Phone;
  tokens: Tokens;
  tally: Tally;
  streets: StreetIndex;
  onProblem: (text: string) => void;
  /** Whether it looks at its page: that costs twenty times what following does. */
  isLooking: boolean;
  /** Told in words of moves that no car makes. */
  onOddity: (text: string) => void;
  /** Those whose pictures are kept. */
  window?: WorstWindow;
}

/** What a rider was given of one trip. */
export interface FollowedRide {
  tripId: string;
  vehicle: DrivenVehicle;
  fixes: FollowedFixes;
}

interface Following {
  tripId: string;
  connection: TripFollowing;
  page?: { followed: FollowedTrip; grade: ShownGrade };
  times: number[];
  tripVersion: number;
  /** When it was live first (`performance.now()`): what was written before is history, not latency. */
  liveFrom: number;
}

export class Rider {
  readonly index: number;
  readonly phone: Phone;
  readonly #options: RiderOptions;
  readonly #past: FollowedRide[] = [];
  #now: Following | undefined;
  #measuresFromMs = Number.POSITIVE_INFINITY;
  /** Faults (ms since the Unix epoch) after which it was not live again yet. */
  #pending: number[] = [];
  #wasGraded = false;

  constructor(options: RiderOptions) {
    this.#options = options;
    this.index = options.index;
    this.phone = options.phone;
  }

  /** Everything that it was given, trip by trip. */
  get rides(): FollowedRide[] {
    return this.#now ? [...this.#past, rideOf(this.#now, this.#options.vehicle)] : this.#past;
  }

  /** It followed a trip at any time. */
  get hasFollowed(): boolean {
    return this.#now !== undefined || this.#past.length > 0;
  }

  /** What it was shown was held against the truth at any time. */
  get wasGraded(): boolean {
    return this.#wasGraded;
  }

  get isPending(): boolean {
    return this.#pending.length > 0;
  }

  get pending(): number {
    return this.#pending.length;
  }

  /** It has what its driver's app knows to be stored, and the trip as it is. */
  get isUpToDate(): boolean {
    const { vehicle } = this.#options;
    const trip = this.#now && vehicle.trips.get(this.#now.tripId);
    if (!this.#now || !trip || isOver(this.#now.connection)) return true;
    const { lastAcknowledgedMs } = vehicle;
    const hasAll =
      lastAcknowledgedMs < trip.startedAt! ||
      (this.#now.times.at(-1) ?? 0) >= lastAcknowledgedMs - vehicle.clockSlackMs;
    return this.#now.tripVersion >= trip.version && (hasAll || trip.endedAt !== undefined);
  }

  measureFrom(startMs: number): void {
    this.#measuresFromMs = startMs;
  }

  /** Something broke: when it is live again is measured, if it follows a trip now. */
  expectRecovery(sinceMs: number): void {
    if (this.#now) this.#pending.push(sinceMs);
  }

  /** Turns to the vehicle's next trip when the last one is over. */
  followOn(): void {
    const { vehicle } = this.#options;
    const { trip } = vehicle;
    if (this.#now && !isOver(this.#now.connection)) return;
    if (this.#now) {
      this.#past.push(rideOf(this.#now, vehicle));
      this.close();
      this.#now = undefined;
      this.#pending = []; // the ride is over: nobody waits for that car any more
    }
    if (trip && !this.#past.some(({ tripId }) => tripId === trip.id)) this.#follow(trip);
  }

  /** Looks at the screen. */
  look(nowMs: number): void {
    const page = this.#now?.page;
    if (!page || nowMs < this.#measuresFromMs) return;
    const { followed, grade } = page;
    const pose = followed.poseAt(nowMs);
    grade.look({ nowMs, pose, isLive: followed.facts().truth.kind === 'live' });
    if (grade.lastErrorMetres !== undefined) this.#wasGraded = true;
    this.#options.window?.look(nowMs, pose, grade.lastErrorMetres);
  }

  /** Looks no more. */
  lookAway(nowMs: number): void {
    this.#options.window?.close(nowMs);
  }

  close(): void {
    this.#now?.page?.followed.close();
    this.#now?.connection.close();
  }

  #follow(trip: Trip): void {
    const { url, phone, tokens, isLooking, window } = this.#options;
    const options = {
      url,
      tripId: trip.id,
      token: () => tokens.rider(trip.id),
      platform: phone.platform,
    };
    let connection: TripFollowing | undefined;
    const follow: typeof followTrip = (asked) => {
      connection = followTrip(asked);
      connection.subscribe((event) => this.#hear(event, following));
      return connection;
    };
    const page = isLooking && {
      followed: new FollowedTrip({ ...options, follow, loadStreets: pageStreets }),
      grade: this.#gradeOf(trip.id),
    };
    if (!page) follow(options);
    const following: Following = {
      tripId: trip.id,
      connection: connection!,
      ...(page && { page }),
      times: [],
      tripVersion: -1,
      liveFrom: Number.POSITIVE_INFINITY,
    };
    this.#now = following;
    window?.begin(trip.id);
  }

  #gradeOf(tripId: string): ShownGrade {
    const { vehicle, tally, streets, onOddity } = this.#options;
    return new ShownGrade({
      tally,
      truth: vehicle.truth,
      streets,
      onOddity: (oddity) =>
        onOddity(oddityInWords(oddity, this.#measuresFromMs, `rider ${this.index} of ${tripId}`)),
    });
  }

  #hear(event: FollowEvent, following: Following): void {
    if (event.type === 'trip') {
      following.tripVersion = event.trip.version;
      this.#options.window?.heardRoute(event.trip.route);
    } else if (event.type === 'connection') {
      if (event.connection === 'refused') {
        this.#options.onProblem(`a rider was sent away: ${event.problem?.detail ?? 'no reason was given'}`);
      }
      if (event.connection === 'live') following.liveFrom = Math.min(following.liveFrom, performance.now());
    } else if (event.type === 'newest') {
      following.page?.grade.receive([event.fix], this.phone.platform.clock!.now());
    } else if (event.type === 'fixes') {
      this.#received(event, following);
    }
  }

  #received({ fixes, receivedAt }: Extract<FollowEvent, { type: 'fixes' }>, following: Following): void {
    const { tally, vehicle, window } = this.#options;
    const now = performance.now();
    following.page?.grade.receive(fixes, receivedAt);
    for (const fix of fixes) {
      following.times.push(fix.time);
      window?.received(fix, receivedAt);
      if (receivedAt < this.#measuresFromMs) continue;
      tally.count('fixesReceived');
      const writtenAt = vehicle.phone.writtenAt(fix.time);
      if (writtenAt === undefined || writtenAt < following.liveFrom) continue;
      tally.record('latency', now - writtenAt);
      tally.record('ageOnArrival', receivedAt - fix.time);
    }
    const newest = fixes.at(-1)!;
    this.#pending = this.#pending.filter((sinceMs) => {
      if (newest.time <= sinceMs) return true;
      tally.record('liveAgain', receivedAt - sinceMs);
      return false;
    });
  }
}

function isOver({ connection }: TripFollowing): boolean {
  return connection === 'ended' || connection === 'refused';
}

function rideOf({ tripId, times, tripVersion }: Following, vehicle: DrivenVehicle): FollowedRide {
  return { tripId, vehicle, fixes: { times, tripVersion } };
}
