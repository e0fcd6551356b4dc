// The events on a trip's live channel: JSON text. Nodes add the driver's `session` to a `vehicle` event, so that one that
// arrives late from an older session is told apart; riders don't see it.

import type { Trip, VehicleState } from '@tripcast/protocol';
import { parseObject, parseRiderEvent } from '@tripcast/protocol';

export type TripEvent =
  | { type: 'trip'; trip: Trip }
  | { type: 'vehicle'; session: number; state: VehicleState };

const decoder = new TextDecoder();

/** The event in a live message; `undefined` for one that a newer version of a node sent. */
export function readTripEvent(message: Uint8Array): TripEvent | undefined {
  const text = decoder.decode(message);
  const event = parseRiderEvent(text);
  if (event?.type === 'trip') return event;
  if (event?.type !== 'vehicle') return undefined;
  const { online, time, paceMs } = event;
  const session = parseObject(text)?.session;
  return {
    type: 'vehicle',
    session: typeof session === 'number' ? session : 0,
    state: { online, time, paceMs },
  };
}

export function writeVehicleEvent(session: number, { online, time, paceMs }: VehicleState): string {
  return JSON.stringify({ type: 'vehicle', online, time, paceMs, session });
}
