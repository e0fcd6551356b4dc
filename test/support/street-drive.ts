import {
  type Coordinates,
  decodePolyline,
  encodePolyline,
  type Fix,
  type TripStatus,
} from '@tripcast/protocol';
import { PLACES, Ride } from './ride.ts';
import type { WireClient } from './wire-client.ts';

/** From Parque Rodó up to Avenida 18 de Julio, 1.2 km. */
const STREET = decodePolyline('vf`tEfgyuIzBKjEUN`FkETiETcDTaET}DP_CPa@BgBx@iAh@qAsEi@mB')!;
const METRES_PER_DEGREE = 111_195;
const FIX_INTERVAL_MS = 1_000;

export const VEHICLE = {
  make: 'Renault',
  model: 'Logan',
  colour: 'dark red',
  plate: 'STZ 3970',
  driverName: 'Santiago',
};

/** A driver whose place is known at every moment: along one street, evenly, its phone exact to a few metres. */
export class StreetDrive {
  readonly ride: Ride;
  readonly startMs = Date.now();
  readonly metresPerSecond: number;
  #driver: WireClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sentMs: number | undefined;
  #longestGapMs = FIX_INTERVAL_MS;

  private constructor(ride: Ride, metresPerSecond: number) {
    this.ride = ride;
    this.metresPerSecond = metresPerSecond;
  }

  /** A trip with a car, a route and an estimate, in this state; it drives at once, unless it is `NEW`. */
  static async start(
    url: string,
    status: TripStatus = 'ENROUTE_TO_PICKUP',
    metresPerSecond = 9,
  ): Promise<StreetDrive> {
    const ride = await Ride.create(url, undefined, {
      pickup: { ...STREET.at(-1)!, name: 'Avenida 18 de Julio y Alejandro Beisso' },
      dropoff: { ...PLACES.dropoff, name: 'Playa Pocitos' },
    });
    if (status !== 'NEW') await ride.become(status);
    const drive = new StreetDrive(ride, metresPerSecond);
    await drive.#announce();
    if (status !== 'NEW') await drive.go(url);
    return drive;
  }

  /** Its phone connects to this node and measures every second. */
  async go(url: string): Promise<void> {
    this.stop();
    this.#sentMs = undefined;
    this.#driver = await this.ride.drive(url);
    this.#send();
    this.#timer = setInterval(() => this.#send(), FIX_INTERVAL_MS);
  }

  async become(status: TripStatus): Promise<void> {
    await this.ride.become(status);
  }

  /** Its phone is gone. May be called twice. */
  stop(): void {
    clearInterval(this.#timer);
    this.#driver?.drop();
    this.#driver = undefined;
  }

  /** Resolves when it has driven so many metres more. */
  async hasDriven(metres: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, (metres / this.metresPerSecond) * 1_000));
  }

  /** By how much this machine was late with a fix, at the worst: no page can show what was not sent, ms. */
  get lateMs(): number {
    return this.#longestGapMs - FIX_INTERVAL_MS;
  }

  truthAt(timeMs: number): Coordinates {
    return alongStreet(((timeMs - this.startMs) / 1000) * this.metresPerSecond).place;
  }

  /** Metres along the street from its start to the place nearest to this one. */
  metresTo(place: Coordinates): number {
    let nearest = { beside: Number.POSITIVE_INFINITY, metres: 0 };
    let startMetres = 0;
    for (let index = 1; index < STREET.length; index++) {
      const along = offset(STREET[index - 1]!, STREET[index]!);
      const there = offset(STREET[index - 1]!, place);
      const length = Math.hypot(along.east, along.north);
      const dot = (there.east * along.east + there.north * along.north) / length;
      const metres = Math.max(0, Math.min(length, dot));
      const beside = Math.hypot(
        there.east - (along.east * metres) / length,
        there.north - (along.north * metres) / length,
      );
      if (beside < nearest.beside) nearest = { beside, metres: startMetres + metres };
      startMetres += length;
    }
    return nearest.metres;
  }

  async #announce(): Promise<void> {
    await this.ride.change({
      route: encodePolyline(STREET),
      vehicle: VEHICLE,
      eta: Date.now() + Math.round((LENGTH_METRES / this.metresPerSecond) * 1000),
    });
  }

  #send(): void {
    const time = Date.now();
    this.#longestGapMs = Math.max(this.#longestGapMs, time - (this.#sentMs ?? time));
    this.#sentMs = time;
    const { place, heading } = alongStreet(((time - this.startMs) / 1000) * this.metresPerSecond);
    const fix: Fix = { ...place, heading, speed: this.metresPerSecond, accuracy: 6, time };
    this.#driver?.sendFixes([fix]);
  }
}

/** The place on the street, its end beyond it. */
function alongStreet(metres: number): { place: Coordinates; heading: number } {
  let left = Math.max(0, metres);
  for (let index = 1; ; index++) {
    const [from, to] = [STREET[index - 1]!, STREET[index]!];
    const length = metresBetween(from, to);
    if (left > length && index < STREET.length - 1) {
      left -= length;
      continue;
    }
    const share = Math.min(1, left / length);
    const { east, north } = offset(from, to);
    return {
      place: {
        latitude: from.latitude + (to.latitude - from.latitude) * share,
        longitude: from.longitude + (to.longitude - from.longitude) * share,
      },
      heading: ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360,
    };
  }
}

export function metresBetween(a: Coordinates, b: Coordinates): number {
  const { east, north } = offset(a, b);
  return Math.hypot(east, north);
}

/** Metres; good for a city. */
function offset(a: Coordinates, b: Coordinates): { east: number; north: number } {
  return {
    east: (b.longitude - a.longitude) * METRES_PER_DEGREE * Math.cos((a.latitude * Math.PI) / 180),
    north: (b.latitude - a.latitude) * METRES_PER_DEGREE,
  };
}

const LENGTH_METRES = STREET.slice(1).reduce(
  (sum, place, index) => sum + metresBetween(STREET[index]!, place),
  0,
);
