// A simulated driver with a phone, in virtual time: what is true is written down, what the phone measures and its
// faults leave goes through the real SDK's outbox, and the rides become trips at the node.

import { driveVehicle, type Platform, type VehicleDrive } from '@tripcast/client';
import {
  clockSkewMs,
  type DeviceFault,
  type DeviceStep,
  deviceFaults,
  encodeRoute,
  type News,
  placeOf,
  randomFrom,
  SimulatedVehicle,
  skewedClock,
  type World,
} from '@tripcast/driver-sim';
import { hasEnded, type Trip, tripId, vehicleId } from '@tripcast/protocol';
import { TruthTrack } from '../truth/truth-track.ts';
import { VIRTUAL_URL, type VirtualNode } from './virtual-node.ts';

export interface VirtualCarOptions {
  world: World;
  index: number;
  startMs: number;
  faults: readonly DeviceFault[];
  node: VirtualNode;
  platform: Partial<Platform> & Pick<Platform, 'clock'>;
  /** Whether riders are told the way. */
  isRouteKnown: boolean;
}

const TRUTH_KEPT_MS = 60_000;

export class VirtualCar {
  readonly id: string;
  readonly truth: TruthTrack;
  /** The trip under way; a new object when it changes. */
  trip: Trip | undefined;
  readonly #options: VirtualCarOptions;
  readonly #vehicle: SimulatedVehicle;
  readonly #device: DeviceStep;
  readonly #drive: VehicleDrive;

  constructor(options: VirtualCarOptions) {
    const { world, index, startMs, faults, platform } = options;
    this.#options = options;
    this.id = `car-${index}`;
    this.#vehicle = new SimulatedVehicle({
      world,
      index,
      startMs,
      speedup: 1,
      ridesLimit: Number.POSITIVE_INFINITY,
    });
    this.#device = deviceFaults(faults, randomFrom(world.seed, 'device', index), startMs);
    this.truth = new TruthTrack(startMs, TRUTH_KEPT_MS);
    const clock = skewedClock(platform.clock, (nowMs) => clockSkewMs(faults, nowMs - startMs));
    this.#drive = driveVehicle({
      url: VIRTUAL_URL,
      vehicleId: this.id,
      token: 'virtual',
      platform: { ...platform, clock },
    });
  }

  /** Drives on to the next step of its truth. */
  step(): void {
    const nowMs = this.truth.nextMs;
    const { clock } = this.#options.platform;
    const { fixes, news } = this.#vehicle.advanceTo(nowMs);
    for (const item of news) this.#hear(item, nowMs);
    for (const fix of fixes) {
      for (const delivery of this.#device(fix)) {
        clock.setTimeout(() => this.#drive.send(delivery.fix), delivery.atMs - clock.now());
      }
    }
    const { latitude, longitude, headingDegrees: heading, speedMps: speed } = this.#vehicle.truth;
    this.truth.add({ latitude, longitude, heading, speed });
  }

  close(): void {
    this.#drive.close();
  }

  #hear(news: News, nowMs: number): void {
    const { ride } = news;
    if (news.type === 'eta') return;
    const { isRouteKnown, node } = this.#options;
    const drive =
      news.type === 'status' && news.status === 'ENROUTE_TO_DROPOFF' ? ride.toDropoff : ride.toPickup;
    const isArrived = news.type === 'status' && news.status === 'ARRIVED_AT_PICKUP';
    const { route: _before, ...known }: Partial<Trip> = this.trip ?? {};
    const trip: Trip = {
      createdAt: nowMs,
      ...(news.type === 'assigned' ? {} : known),
      id: tripId(`${this.id}-${ride.number}`),
      vehicleId: vehicleId(this.id),
      status: news.type === 'assigned' ? 'NEW' : news.status,
      version: (news.type === 'assigned' ? 0 : (this.trip?.version ?? 0)) + 1,
      pickup: placeOf(ride.pickup),
      dropoff: placeOf(ride.dropoff),
      updatedAt: nowMs,
      ...(isRouteKnown && {
        route: isArrived && this.trip?.route ? this.trip.route : encodeRoute(drive.route),
      }),
    };
    this.trip = hasEnded(trip.status) ? undefined : trip;
    node.setTrip(trip);
  }
}
