import type { Trip } from '@tripcast/protocol';

/** What nodes tell the node that has a vehicle's driver, as JSON text on the vehicle's channel. */
export type VehicleNote =
  /** A trip of the vehicle was created or has changed. */
  | { type: 'trip'; trip: Trip }
  /** A node has got its first follower of a trip of this vehicle: send faster. */
  | { type: 'wanted' }
  /** The vehicle has connected elsewhere: every lower session ends. */
  | { type: 'takeover'; session: number }
  /** Driver tokens with `iat × 1000` before this are dead. */
  | { type: 'revoked'; before: number };

const decoder = new TextDecoder();

/** The note in a message; `undefined` for one that a newer version of a node sent. */
export function readVehicleNote(message: Uint8Array): VehicleNote | undefined {
  try {
    const note = JSON.parse(decoder.decode(message)) as VehicleNote;
    return ['trip', 'wanted', 'takeover', 'revoked'].includes(note.type) ? note : undefined;
  } catch {
    return undefined; // a foreign publisher; it is not ours to fail on
  }
}

export function writeVehicleNote(note: VehicleNote): string {
  return JSON.stringify(note);
}
