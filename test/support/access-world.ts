// Trips in every state that matters to who may do what, with tokens for them, good and bad. They are put where nodes keep
// them, since nobody can wait for an hour.
import { randomUUID } from 'node:crypto';
import { tripId, vehicleId } from '@tripcast/protocol';
import type { Backend } from '../../server/src/backend.ts';
import type { Caller, State } from './access-table.ts';
import { PLACES } from './ride.ts';
import { driverToken, operatorToken, riderToken, token } from './tokens.ts';

const MINUTE_MS = 60_000;
const ENDED_AGO_MS: Partial<Record<State, number>> = {
  ended: 59 * MINUTE_MS,
  'ended long ago': 61 * MINUTE_MS,
};

/** A trip, its vehicle and a share of it: what a call is about, or what a token is for. */
export interface Ground {
  trip: string;
  vehicle: string;
  share: string;
}

/** Names of a trip that isn't there. */
export function nowhere(): Ground {
  return { trip: `t-${randomUUID()}`, vehicle: `v-${randomUUID()}`, share: `s-${randomUUID()}` };
}

/** A trip that is there, in this state. */
export async function ground(backend: Backend, state: State): Promise<Ground> {
  const names = nowhere();
  if (state === 'not there') return names;
  const now = Date.now();
  const endedAgoMs = ENDED_AGO_MS[state];
  const startedAt = now - 120 * MINUTE_MS;
  const id = tripId(names.trip);
  const trip = {
    id,
    vehicleId: vehicleId(names.vehicle),
    status: endedAgoMs === undefined ? ('ENROUTE_TO_PICKUP' as const) : ('COMPLETE' as const),
    version: 1,
    ...PLACES,
    createdAt: startedAt,
    updatedAt: now,
    startedAt,
    ...(endedAgoMs !== undefined && { endedAt: now - endedAgoMs }),
  };
  await backend.trips.create(trip, 'as if');
  const share = { id: names.share, name: 'Mum', createdAt: startedAt, expiresAt: now + 60 * MINUTE_MS };
  await backend.trips.changeAccess(id, () => ({ revokedBefore: 0, shares: [share] }));
  return names;
}

/** A good token of each kind, for this ground. */
export function tokenOf(caller: Exclude<Caller, 'no live token'>, { trip, vehicle, share }: Ground): string {
  switch (caller) {
    case 'operator':
      return operatorToken();
    case 'driver':
      return driverToken(vehicle);
    case 'rider':
      return riderToken(trip);
    case 'share':
      return token({ role: 'rider', trip, share });
    default:
      return caller satisfies never;
  }
}

/** Every way not to have a live token for this ground, with its name; `undefined` is to send none at all. */
export function deadTokens({ trip, vehicle }: Ground): [string, string | undefined][] {
  const nowS = Date.now() / 1000;
  const operator = { role: 'operator' };
  return [
    ['none', undefined],
    ['no JWT', 'operator'],
    ['expired', token({ ...operator, exp: nowS - 1 })],
    ['not valid yet', token({ ...operator, iat: nowS + 120 })],
    ['without an end', token({ ...operator, exp: undefined as never })],
    ['wrong audience', token({ ...operator, aud: 'taxi' })],
    ['another secret', token(operator, { secret: 'thirty-two bytes of somebody else.' })],
    ['alg none', token(operator, { alg: 'none' })],
    ['no role that we know', token({ role: 'admin', trip, vehicle })],
  ];
}

/** Revokes all that there is of this ground. Returns tokens that were good until now, of the roles that `call` is for. */
export async function revoked(
  backend: Backend,
  ground: Ground,
  call: { method: string; path: string },
): Promise<[string, string][]> {
  const before = { iat: Date.now() / 1000 - 1 };
  const { trip, vehicle, share } = ground;
  await backend.vehicles.revoke(vehicleId(vehicle), Date.now());
  await backend.trips.changeAccess(tripId(trip), () => ({ revokedBefore: Date.now(), shares: [] }));
  const driver: [string, string][] = [['a revoked driver', driverToken(vehicle, before)]];
  const riders: [string, string][] = [
    ['a revoked rider', riderToken(trip, before)],
    ['a share taken back', token({ role: 'rider', trip, share })],
  ];
  if (call.path.endsWith('/drive')) return driver;
  if (call.path.endsWith('/trips/{id}/follow')) return riders;
  if (call.method === 'WS') return [];
  return [...driver, ...riders];
}
