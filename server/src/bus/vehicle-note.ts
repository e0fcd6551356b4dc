import { parseDriverEvent, parseObject, type Trip } from '@tripcast/protocol';

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

/** The note in a message; `undefined` for what no node of ours, or only a newer one, has sent. */
export function readVehicleNote(message: Uint8Array): VehicleNote | undefined {
  const text = decoder.decode(message);
  const note = parseObject(text);
  switch (note?.type) {
    case 'trip':
      return parseDriverEvent(text) as VehicleNote | undefined;
    case 'wanted':
      return { type: 'wanted' };
    case 'takeover':
      return typeof note.session === 'number' ? { type: 'takeover', session: note.session } : undefined;
    case 'revoked':
      return typeof note.before === 'number' ? { type: 'revoked', before: note.before } : undefined;
    default:
      return undefined;
  }
}

export function writeVehicleNote(note: VehicleNote): string {
  return JSON.stringify(note);
}
