declare const brand: unique symbol;

/** Names a trip. Not assignable to a `VehicleId`. */
export type TripId = string & { readonly [brand]: 'TripId' };
/** Names a vehicle. Not assignable to a `TripId`. */
export type VehicleId = string & { readonly [brand]: 'VehicleId' };

/** What every id looks like, for schemas and routes. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

export function isTripId(value: unknown): value is TripId {
  return typeof value === 'string' && ID_PATTERN.test(value);
}

export function isVehicleId(value: unknown): value is VehicleId {
  return typeof value === 'string' && ID_PATTERN.test(value);
}

/** @throws RangeError naming the rule, for ids that a program's author wrote. */
export function tripId(value: string): TripId {
  if (!isTripId(value)) throw new RangeError(`not a trip id (1 to 64 of A-Z a-z 0-9 _ -): "${value}"`);
  return value;
}

/** @throws RangeError naming the rule, for ids that a program's author wrote. */
export function vehicleId(value: string): VehicleId {
  if (!isVehicleId(value)) throw new RangeError(`not a vehicle id (1 to 64 of A-Z a-z 0-9 _ -): "${value}"`);
  return value;
}
