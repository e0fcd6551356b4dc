// What the element tells the page around it. Only changes: a listener never hears the same thing twice.

import type { Problem, Trip } from '@tripcast/client';
import { hasEnded } from '@tripcast/protocol';
import type { TripFacts } from '../trips/trip-facts.ts';
import type { Truth } from '../trips/truth.ts';

/** The element's own events, by name: the `detail` of each. Times are ms since the Unix epoch, by the reader's clock. */
export interface RideEvents {
  status: { status: string; trip: Trip };
  /** Between these the car is expected at its next stop; both `null` while there is no estimate. */
  eta: { earliest: number | null; latest: number | null };
  /** How true what is shown is: `live`, or why not. `ageSeconds` is the newest position's, 0 while it is fresh. */
  truth: { kind: Truth['kind']; ageSeconds: number | null };
  ended: { status: string; trip: Trip };
  /** Nothing will be shown with this token: `code` is one of the protocol's. */
  refused: { code: Problem['code'] | 'forbidden'; detail: string };
}

export type RideEvent = {
  [Name in keyof RideEvents]: { name: Name; detail: RideEvents[Name] };
}[keyof RideEvents];

/** @param before what was told last; `undefined` at first */
export function eventsBetween(before: TripFacts | undefined, facts: TripFacts): RideEvent[] {
  const { trip, truth, eta, clockOffsetMs, fixAgeSeconds } = facts;
  const events: RideEvent[] = [];
  if (truth.kind !== before?.truth.kind) {
    events.push({ name: 'truth', detail: { kind: truth.kind, ageSeconds: fixAgeSeconds ?? null } });
    if (truth.kind === 'refused') {
      const { code = 'forbidden', detail = '' } = truth.problem ?? {};
      events.push({ name: 'refused', detail: { code, detail } });
    }
  }
  if (trip && trip.status !== before?.trip?.status) {
    events.push({ name: 'status', detail: { status: trip.status, trip } });
    if (hasEnded(trip.status)) events.push({ name: 'ended', detail: { status: trip.status, trip } });
  }
  if (eta?.shown !== before?.eta?.shown) {
    events.push({
      name: 'eta',
      detail: {
        earliest: eta ? Math.round(eta.earliestMs - clockOffsetMs) : null,
        latest: eta ? Math.round(eta.latestMs - clockOffsetMs) : null,
      },
    });
  }
  return events;
}
