import { createHmac } from 'node:crypto';
import { between } from '../random.ts';

/** A node as clients know it. */
export interface Door {
  readonly url: string;
  /** When it was last not running as it should, `performance.now()`: killed, frozen, told to leave, or just started. */
  troubledAt: number;
}

export interface CarTrip {
  readonly car: number;
  readonly vehicle: string;
  readonly trip: string;
  readonly riderToken: string;
}

/** Where clients live: the nodes that there are, chance, and what was seen that may not be. */
export class Town {
  doors: readonly Door[] = [];
  readonly random: () => number;
  /** What was promised and not kept, in words. */
  readonly violations: string[] = [];
  readonly #secret: string;
  readonly #beganAt = performance.now();

  constructor(random: () => number, secret: string) {
    this.random = random;
    this.#secret = secret;
  }

  /** As a balancer that knows nothing of the nodes' health would. */
  anyDoor(): Door {
    return this.doors[between(this.random, 0, this.doors.length - 1)]!;
  }

  violated(what: string): void {
    this.violations.push(`${((performance.now() - this.#beganAt) / 1_000).toFixed(1)} s: ${what}`);
  }

  token(claims: object): string {
    const now = Date.now() / 1_000;
    const parts = [
      { alg: 'HS256', typ: 'JWT' },
      { aud: 'tripcast', iat: now, exp: now + 3_600, ...claims },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const signed = parts.join('.');
    return `${signed}.${createHmac('sha256', this.#secret).update(signed).digest('base64url')}`;
  }

  /** As the product's own backend. Tries on other nodes until one answers. */
  async call<Body>(method: string, path: string, body?: object): Promise<Body> {
    const deadline = performance.now() + 60_000;
    for (;;) {
      try {
        const response = await fetch(this.anyDoor().url + path, {
          method,
          headers: {
            authorization: `Bearer ${this.token({ role: 'operator' })}`,
            ...(body && { 'content-type': 'application/json' }),
          },
          ...(body && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(5_000),
        });
        if (response.ok) return (await response.json()) as Body;
        if (response.status < 500) throw new Error(`${method} ${path}: ${response.status}`);
      } catch (error) {
        if (performance.now() > deadline || /: 4\d\d$/.test(String(error))) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async newTrip(car: number): Promise<CarTrip> {
    const vehicle = `car-${car}-${Math.floor(this.random() * 1e9)}`;
    const place = { latitude: -34.9, longitude: -56.19 };
    const id = `trip-${vehicle}`; // so that a repetition finds it
    const { trip, riderToken } = await this.call<{ trip: { id: string }; riderToken: string }>(
      'POST',
      '/v1/trips',
      { id, vehicleId: vehicle, pickup: place, dropoff: place },
    );
    await this.call('PATCH', `/v1/trips/${trip.id}`, { status: 'ENROUTE_TO_PICKUP' });
    return { car, vehicle, trip: trip.id, riderToken };
  }

  /** The times of the stored track, ms. */
  async track(trip: string): Promise<number[]> {
    const { features } = await this.call<{ features: { properties: { time: number } }[] }>(
      'GET',
      `/v1/trips/${trip}/track`,
    );
    return features.map(({ properties }) => properties.time);
  }
}
