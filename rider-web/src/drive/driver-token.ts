// A driver's token opens one vehicle. It is moved out of the address at once, and lives as long as the tab does.

import { isVehicleId, type VehicleId } from '@tripcast/protocol';
import { claimsOf } from '../trips/trip-access.ts';

export interface DriverToken {
  readonly token: string;
  readonly vehicleId: VehicleId;
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'tripcast.driver.token';

/** What a text is a driver's token for; `undefined` when it is none. The node checks it, this only reads. */
export function readDriverToken(text: string): DriverToken | undefined {
  const token = text.trim();
  const { role, vehicle } = claimsOf(token);
  return role === 'driver' && isVehicleId(vehicle) ? { token, vehicleId: vehicle } : undefined;
}

/** The token from the address's fragment, or from before a reload. */
export function takeDriverToken(
  location: Pick<Location, 'pathname' | 'hash'>,
  history: Pick<History, 'replaceState'>,
  storage: Storage,
): DriverToken | undefined {
  const fromLink = location.hash.slice(1);
  if (fromLink) history.replaceState(null, '', location.pathname);
  const taken = readDriverToken(fromLink);
  if (taken) keepDriverToken(taken, storage);
  return taken ?? readDriverToken(storage.getItem(KEY) ?? '');
}

/** For after a reload. */
export function keepDriverToken({ token }: DriverToken, storage: Storage): void {
  storage.setItem(KEY, token);
}

export function forgetDriverToken(storage: Storage): void {
  storage.removeItem(KEY);
}
