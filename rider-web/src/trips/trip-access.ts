// What a page may offer with the token that it was opened with. The token is only read here; the node checks it.

import { parseObject, type TripId } from '@tripcast/protocol';

export interface TripAccess {
  readonly token: string;
  /** The link was given away by the rider: it reads and changes nothing. */
  readonly isShared: boolean;
  /** When the link ends, server's clock, ms; `undefined` when the token doesn't tell. */
  readonly expiresAtMs: number | undefined;
  /** The token tells which trip it is for, and it isn't this one. */
  readonly isOtherTrip: boolean;
}

export function accessOf(token: string, trip: TripId): TripAccess {
  const claims = claimsOf(token);
  return {
    token,
    isShared: claims.share !== undefined,
    expiresAtMs: typeof claims.exp === 'number' ? claims.exp * 1000 : undefined,
    isOtherTrip: claims.trip !== undefined && claims.trip !== trip,
  };
}

/** A JWT's payload; empty for what is none. */
export function claimsOf(token: string): Record<string, unknown> {
  try {
    const base64 = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return parseObject(new TextDecoder().decode(bytes)) ?? {};
  } catch {
    return {}; // no base64: the node will say what it thinks of it
  }
}
