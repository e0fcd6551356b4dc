import { randomUUID } from 'node:crypto';
import type { Fix, Trip, TripStatus } from '@tripcast/protocol';
import { type NewTrip, restOk } from './rest-client.ts';
import { driverToken } from './tokens.ts';
import { type Offer, WireClient } from './wire-client.ts';

/** Where every trip of these tests goes. */
export const PLACES = {
  pickup: { latitude: -34.9055, longitude: -56.1913, name: 'Plaza Independencia' },
  dropoff: { latitude: -34.9158, longitude: -56.1502 },
};
const WAY: TripStatus[] = ['ENROUTE_TO_PICKUP', 'ARRIVED_AT_PICKUP', 'ENROUTE_TO_DROPOFF', 'COMPLETE'];

/** A trip of a vehicle that no other test has, with its driver's and its rider's tokens. */
export class Ride {
  readonly id: string;
  readonly vehicleId: string;
  readonly driverToken: string;
  readonly riderToken: string;
  #trip: Trip;
  readonly #url: string;

  private constructor(url: string, { trip, riderToken }: NewTrip) {
    this.#url = url;
    this.#trip = trip;
    this.id = trip.id;
    this.vehicleId = trip.vehicleId;
    this.riderToken = riderToken;
    this.driverToken = driverToken(trip.vehicleId);
  }

  /** A trip in `NEW`. @param url of the node that is asked */
  static async create(url: string, vehicleId = `v-${randomUUID()}`, places: object = PLACES): Promise<Ride> {
    const body = { vehicleId, ...places };
    return new Ride(url, await restOk<NewTrip>(url, '/v1/trips', { method: 'POST', body }));
  }

  /** A trip that is under way. */
  static async start(url: string, vehicleId?: string): Promise<Ride> {
    const ride = await Ride.create(url, vehicleId);
    await ride.become('ENROUTE_TO_PICKUP');
    return ride;
  }

  /** As last read or changed. */
  get trip(): Trip {
    return this.#trip;
  }

  /** When it came under way, ms. */
  get startedAt(): number {
    return this.#trip.startedAt!;
  }

  /** Goes through all states up to this one. */
  async become(status: TripStatus, url = this.#url): Promise<Trip> {
    const here = WAY.indexOf(this.#trip.status);
    const there = WAY.indexOf(status);
    for (const next of there < 0 ? [status] : WAY.slice(here + 1, there + 1))
      await this.change({ status: next }, url);
    return this.#trip;
  }

  async change(change: object, url = this.#url): Promise<Trip> {
    const path = `/v1/trips/${this.id}`;
    this.#trip = (await restOk<{ trip: Trip }>(url, path, { method: 'PATCH', body: change })).trip;
    return this.#trip;
  }

  drivePath(): string {
    return `/v1/vehicles/${this.vehicleId}/drive`;
  }

  followPath(since?: number): string {
    return `/v1/trips/${this.id}/follow${since === undefined ? '' : `?since=${since}`}`;
  }

  /** Its driver on a node, who has heard `hello`. */
  async drive(url = this.#url, offer: Offer = {}): Promise<WireClient> {
    const driver = await WireClient.open(url + this.drivePath(), this.driverToken, offer);
    await driver.event('hello');
    return driver;
  }

  /** A follower on a node, who has heard `hello`. */
  async follow(url = this.#url, { since, ...offer }: Offer & { since?: number } = {}): Promise<WireClient> {
    const follower = await WireClient.open(url + this.followPath(since), this.riderToken, offer);
    await follower.event('hello');
    return follower;
  }

  /** The times of the stored track, ms. */
  async track(url = this.#url): Promise<number[]> {
    const track = await restOk<{ features: { properties: { time: number } }[] }>(
      url,
      `/v1/trips/${this.id}/track`,
    );
    return track.features.map((feature) => feature.properties.time);
  }

  /** Fixes of this trip, measured so many ms after it came under way. */
  fixesAt(...offsetsMs: number[]): Fix[] {
    return offsetsMs.map((offset) => fixAt(this.startedAt + offset));
  }
}

/** A fix with every field, on a street that no other fix has. @param time ms */
export function fixAt(time: number): Fix {
  return {
    latitude: -34.9 - (time % 10_000) / 1e6,
    longitude: -56.18 + (time % 7_919) / 1e6,
    heading: (time % 36_000) / 100,
    speed: (time % 2_000) / 100,
    accuracy: time % 50,
    time,
  };
}

/** 0, 1, … count − 1, from `first`. */
export function numbers(count: number, first = 0): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
