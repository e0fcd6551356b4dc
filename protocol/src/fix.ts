/** A place on the Earth, WGS 84, degrees. */
export interface Coordinates {
  latitude: number;
  longitude: number;
}

/** One measured position. What is unknown is absent, never 0. */
export interface Fix extends Coordinates {
  /** Degrees clockwise from true north, 0 ≤ heading < 360. */
  heading?: number;
  /** m/s over ground. */
  speed?: number;
  /** Radius in metres that holds the true position with 68 % probability. */
  accuracy?: number;
  /** When it was measured by the GPS, ms since the Unix epoch. Orders a vehicle's fixes; there is no other number. */
  time: number;
  /** Made by a simulator, not measured. */
  simulated?: true;
}

/** Why a fix was not stored. The `code` of a `refused` event. */
export const REFUSAL = {
  fix_invalid: 'a field is out of range or a reserved flag is set',
  fix_from_future: "the fix's time is more than 10 s ahead of the server's clock; set the device's clock",
  fix_too_old: "the fix's time is more than 24 h behind the server's clock",
  fix_out_of_order: 'a later fix of this trip is already stored; send fixes oldest first',
} as const;

export type RefusalCode = keyof typeof REFUSAL;
