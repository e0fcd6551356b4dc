// A rider's page without a page: the real following and the real glide, looked at ten times a second and graded.

import { followTrip, type Platform } from '@tripcast/client';
import type { Fix, TripId } from '@tripcast/protocol';
import type { Pose } from '@tripcast/rider-web/glide';
import { FollowedTrip } from '@tripcast/rider-web/trips';
import { type Oddity, ShownGrade } from '../grade/shown-grade.ts';
import type { Tally } from '../grade/tally.ts';
import { pageStreets } from '../load/page-streets.ts';
import type { StreetIndex } from '../truth/street-index.ts';
import type { Smoothness } from './smoothness.ts';
import type { VirtualCar } from './virtual-car.ts';
import { VIRTUAL_URL } from './virtual-node.ts';

export interface VirtualRiderOptions {
  car: VirtualCar;
  tripId: TripId;
  tally: Tally;
  smoothness: Smoothness;
  streets: StreetIndex;
  /** Told of each jump and of each move backward. */
  onOddity: (oddity: Oddity) => void;
  /** The page's, whose clock may be off. */
  platform: Partial<Platform> & Pick<Platform, 'clock'>;
  /** One that is right. */
  clock: Platform['clock'];
}

/** A look that is worth a second one. */
export interface Moment {
  nowMs: number;
  vehicleId: string;
  errorMetres: number;
  pose: Pose;
  newest: Fix | undefined;
}

export class VirtualRider {
  readonly tripId: TripId;
  readonly #car: VirtualCar;
  readonly #followed: FollowedTrip;
  readonly #clock: Platform['clock'];
  readonly #pageClock: Platform['clock'];
  readonly #grade: ShownGrade;
  readonly #ride;
  #newest: Fix | undefined;

  constructor(options: VirtualRiderOptions) {
    const { car, tripId, tally, smoothness, streets, onOddity, platform, clock } = options;
    this.tripId = tripId;
    this.#car = car;
    this.#clock = clock;
    this.#pageClock = platform.clock;
    this.#grade = new ShownGrade({ tally, truth: car.truth, streets, onOddity });
    this.#ride = smoothness.ride(car.truth);
    this.#followed = new FollowedTrip({
      url: VIRTUAL_URL,
      tripId,
      token: 'virtual',
      platform,
      loadStreets: pageStreets,
      follow: (options) => {
        const following = followTrip(options);
        following.subscribe((event) => {
          if (event.type === 'newest') this.#receive([event.fix]);
          else if (event.type === 'fixes') this.#receive(event.fixes);
        });
        return following;
      },
    });
  }

  /** @returns what was seen, where it could be graded */
  look(): Moment | undefined {
    const nowMs = this.#clock.now();
    const pose = this.#followed.poseAt(this.#pageClock.now());
    const isLive = this.#followed.facts().truth.kind === 'live';
    this.#grade.look({ nowMs, pose, isLive });
    if (pose && isLive) this.#ride.look(pose, nowMs);
    const errorMetres = this.#grade.lastErrorMetres;
    return pose && errorMetres !== undefined
      ? { nowMs, vehicleId: this.#car.id, errorMetres, pose, newest: this.#newest }
      : undefined;
  }

  close(): void {
    this.#followed.close();
  }

  #receive(fixes: readonly Fix[]): void {
    this.#newest = fixes.at(-1);
    this.#grade.receive(fixes, this.#clock.now());
  }
}
