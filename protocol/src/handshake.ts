// Paths and subprotocols of the sockets. A token travels in `Authorization: Bearer` or, from browsers, as one more
// offered subprotocol `bearer.<jwt>`; never in a URL.

import type { TripId, VehicleId } from './ids.ts';

/** Binary messages are fixes, text messages are events. */
export const SUBPROTOCOL = 'tripcast.v1';
/** The same for people with a text terminal: fixes are JSON too. */
export const SUBPROTOCOL_JSON = 'tripcast.v1+json';

const BEARER = 'bearer.';

/** The subprotocols that a client offers. */
export function offeredSubprotocols(token: string): string[] {
  return [SUBPROTOCOL, `${BEARER}${token}`];
}

/** What a `Sec-WebSocket-Protocol` header asks for: the first subprotocol that we speak, and a token. */
export function readOffer(header: string): {
  subprotocol: typeof SUBPROTOCOL | typeof SUBPROTOCOL_JSON | undefined;
  token: string | undefined;
} {
  const offered = header.split(',').map((name) => name.trim());
  const subprotocol = offered.find((name) => name === SUBPROTOCOL || name === SUBPROTOCOL_JSON);
  const bearer = offered.find((name) => name.startsWith(BEARER));
  return {
    subprotocol: subprotocol as typeof SUBPROTOCOL | undefined,
    token: bearer?.slice(BEARER.length),
  };
}

export function drivePath(vehicle: VehicleId): string {
  return `/v1/vehicles/${vehicle}/drive`;
}

/** @param since time of the last fix that the client has, ms; without it, the whole track follows */
export function followPath(trip: TripId, since?: number): string {
  return `/v1/trips/${trip}/follow${since === undefined ? '' : `?since=${since}`}`;
}
