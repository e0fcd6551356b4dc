// The operator's part, and the driver's taps on the screen: what happens in a driver's day becomes a trip by REST.
//
// News of one driver is reported one after the other, each until it has an answer; the day doesn't wait for it.

import type { Clock } from '@tripcast/client';
import { hasEnded, type Trip, type VehicleDescription } from '@tripcast/protocol';
import type { News } from './driver.ts';
import type { PlannedRide } from './ride.ts';
import { encodeRoute } from './route.ts';
import { placeOf } from './spots.ts';
import type { Tokens } from './tokens.ts';
import type { Answer, TripApi } from './trip-api.ts';

export interface DispatchOptions {
  api: TripApi;
  tokens: Tokens;
  clock: Clock;
  vehicleId: string;
  vehicle: VehicleDescription;
  /** Begins the ids of this run's trips, so that they are told from those of runs before. */
  runId: string;
  /** When the driver is at its next stop, ms since the Unix epoch, from simulated seconds. */
  etaIn: (simulatedSeconds: number) => number;
  onProblem: (text: string) => void;
}

/** What creates a trip, or changes it. */
interface Change {
  method: 'POST' | 'PATCH';
  body: Record<string, unknown>;
}

/** A trip as far as it has been reported. */
interface Report {
  id: string;
  ride: PlannedRide;
  /** What was answered well, oldest first: to be told again to a server that has forgotten it. */
  told: Change[];
  /** Somebody else ended it: what we still had to tell is of no interest. */
  isAbandoned: boolean;
}

/** Whether an operator has made it for the vehicle, and nobody has set out for it. */
export function isOrder({ status, simulated }: Trip): boolean {
  return status === 'NEW' && !simulated;
}

export class Dispatch {
  readonly #options: DispatchOptions;
  readonly #leaving = new AbortController();
  #report: Report | undefined;
  /** Reports are sent in this order. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: DispatchOptions) {
    this.#options = options;
  }

  /** The trip that is under way, or about to be. */
  get tripId(): string | undefined {
    return this.#report?.id;
  }

  report(news: News<PlannedRide>): void {
    const { etaIn } = this.#options;
    if (news.type === 'assigned') {
      if (news.ride.tripId === undefined) this.#create(news.ride);
      else this.#report = { id: news.ride.tripId, ride: news.ride, told: [], isAbandoned: false };
      return;
    }
    const report = this.#report;
    if (report?.ride.number !== news.ride.number) return; // called off meanwhile
    if (news.type === 'eta') {
      this.#change(report, { eta: etaIn(news.secondsLeft) });
      return;
    }
    const { status, ride, secondsLeft } = news;
    this.#change(report, {
      status,
      ...(secondsLeft !== undefined && { eta: etaIn(secondsLeft) }),
      ...(status === 'ENROUTE_TO_PICKUP' &&
        ride.tripId !== undefined &&
        ride.toPickup && { route: encodeRoute(ride.toPickup.route) }),
      ...(status === 'ENROUTE_TO_DROPOFF' && ride.toDropoff && { route: encodeRoute(ride.toDropoff.route) }),
    });
    if (hasEnded(status)) this.#report = undefined;
  }

  /**
   * The server's trips of this vehicle, at each connect. One that it has forgotten is told again; those that an earlier
   * run left behind are canceled. Trips that operators have made, and nobody has set out for, are orders.
   */
  compare(trips: readonly Trip[]): void {
    const { runId } = this.#options;
    const report = this.#report;
    for (const trip of trips) {
      const isOurs = trip.id.startsWith(runId) || trip.id === report?.id;
      if (!isOurs && !isOrder(trip) && !hasEnded(trip.status)) this.#cancel(trip.id);
    }
    if (report && report.told.length > 0 && !trips.some(({ id }) => id === report.id)) {
      this.#enqueue(async () => {
        const known = await this.#call('GET', `/v1/trips/${report.id}`, 'driver');
        if (known && !known.ok && known.status === 404) await this.#tellAgain(report);
      });
    }
  }

  /** Forgets the trip, which others ended. */
  abandon(): void {
    if (this.#report) this.#report.isAbandoned = true;
    this.#report = undefined;
  }

  /** Cancels the trip under way, gives up all else, and resolves when that is answered or `limitMs` have passed. */
  async close(limitMs: number): Promise<void> {
    const report = this.#report;
    this.abandon();
    if (report) this.#cancel(report.id);
    const { clock } = this.#options;
    const deadline = clock.setTimeout(() => this.#leaving.abort(), limitMs);
    await this.#queue;
    clock.clearTimeout(deadline);
    this.#leaving.abort();
  }

  #create(ride: PlannedRide): void {
    const { runId, vehicleId, vehicle } = this.#options;
    const report: Report = { id: `${runId}-${vehicleId}-${ride.number}`, ride, told: [], isAbandoned: false };
    this.#report = report;
    const body = {
      id: report.id,
      vehicleId,
      vehicle,
      pickup: placeOf(ride.pickup),
      dropoff: placeOf(ride.dropoff),
      ...(ride.toPickup && { route: encodeRoute(ride.toPickup.route) }),
      simulated: true,
    };
    this.#enqueue(() => this.#tell(report, { method: 'POST', body }));
  }

  #change(report: Report, body: Record<string, unknown>): void {
    this.#enqueue(() => this.#tell(report, { method: 'PATCH', body }));
  }

  #cancel(id: string): void {
    this.#enqueue(async () => {
      await this.#call('PATCH', `/v1/trips/${id}`, 'driver', { status: 'CANCELED' });
    });
  }

  async #tell(report: Report, change: Change): Promise<void> {
    let answer = await this.#send(report, change);
    if (answer?.ok === false && answer.status === 404 && report.told.length > 0) {
      await this.#tellAgain(report);
      answer = await this.#send(report, change);
    }
    if (answer?.ok) report.told.push(change);
    if (answer === undefined || answer.ok || report.isAbandoned) return;
    // A repeated change whose first answer was lost has been made already.
    if (answer.problem.code === 'invalid_transition' && answer.attempts > 1) return;
    const { detail, code } = answer.problem;
    this.#options.onProblem(
      `A node refused to ${change.method === 'POST' ? 'make' : 'change'} a trip: ${answer.status} ${code ?? ''} ${detail ?? ''}`.trimEnd(),
    );
  }

  /** All that was told of a trip, to a server that lost its memory. What it makes of it shows in the next answer. */
  async #tellAgain(report: Report): Promise<void> {
    for (const change of report.told) await this.#send(report, change);
  }

  #send(report: Report, { method, body }: Change): Promise<Answer> {
    return method === 'POST'
      ? this.#call('POST', '/v1/trips', 'operator', body)
      : this.#call('PATCH', `/v1/trips/${report.id}`, 'driver', body);
  }

  #call(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    role: 'operator' | 'driver',
    body?: unknown,
  ): Promise<Answer> {
    const { api, tokens, vehicleId } = this.#options;
    const token = () => (role === 'operator' ? tokens.operator() : tokens.driver(vehicleId));
    return api({ method, path, token, ...(body !== undefined && { body }) }, this.#leaving.signal);
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work);
  }
}
