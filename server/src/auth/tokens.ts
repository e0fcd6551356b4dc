// Who may do what is in a JWT: `aud` tripcast, `iat` and `exp`, `role`, and `vehicle` or `trip`. HS256 with our own
// secrets, or RS256, ES256, EdDSA with the keys of an outside issuer. The algorithm picks the key, never the other way
// round: a public key can't be passed off as an HS256 secret.

import type { TripId, VehicleId } from '@tripcast/protocol';
import { isTripId, isVehicleId } from '@tripcast/protocol';
import type { JWTPayload } from 'jose';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { OPERATOR_TOKEN_LIFE_MS, TOKEN_LIFE_MS } from '../access.ts';
import { BackendUnavailable } from '../backend.ts';
import type { Clock } from '../clock.ts';
import { HS256, payloadByHs256, secretKey, signHs256 } from './hs256.ts';
import type { OutsideKeys } from './outside-keys.ts';

/** What a valid token says. Times are ms since the Unix epoch; `issuedAtMs` may have come with whole seconds only. */
export type Claims = { issuedAtMs: number; expiresAtMs: number } & (
  | { role: 'driver'; vehicle: VehicleId }
  /** `share`: not the rider itself, but whom it gave a link to. */
  | { role: 'rider'; trip: TripId; share?: string }
  | { role: 'operator' }
);

export interface Tokens {
  /**
   * What the token says; `undefined` when it is not valid now. Whether it was revoked is not known here.
   * @throws BackendUnavailable when the outside keys can't be read
   */
  verify(jwt: string): Promise<Claims | undefined>;
  /** Same claims, same token. Absent without a secret: then tokens come from elsewhere. */
  readonly sign: ((claims: Claims) => string) | undefined;
}

const AUDIENCE = 'tripcast';
const OUTSIDE_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
/** Longer tokens are refused unread. */
const TOKEN_CHARACTERS = 4_096;
/** How far another issuer's clock may be ahead of ours. */
const CLOCK_SKEW_MS = 60_000;

/** @param options.secrets the first signs, all of them check; none, and tokens come from elsewhere */
export function createTokens(options: {
  secrets: readonly string[];
  outsideKeys: OutsideKeys | undefined;
  clock: Clock;
}): Tokens {
  const { outsideKeys, clock } = options;
  const secretKeys = options.secrets.map(secretKey);
  const [signingKey] = secretKeys;

  async function payloadOf(jwt: string): Promise<JWTPayload | undefined> {
    const { alg, crit } = decodeProtectedHeader(jwt);
    if (alg === HS256) return crit === undefined ? payloadByHs256(jwt, secretKeys) : undefined;
    if (alg === undefined || !OUTSIDE_ALGORITHMS.includes(alg) || !outsideKeys) return undefined;
    const { payload } = await jwtVerify(jwt, outsideKeys, {
      algorithms: OUTSIDE_ALGORITHMS,
      audience: AUDIENCE,
      currentDate: new Date(clock.now()),
      clockTolerance: CLOCK_SKEW_MS / 1000,
    });
    return payload;
  }

  async function verify(jwt: string): Promise<Claims | undefined> {
    if (jwt.length > TOKEN_CHARACTERS) return undefined;
    try {
      const payload = await payloadOf(jwt);
      return payload && readClaims(payload, clock.now());
    } catch (error) {
      if (error instanceof BackendUnavailable) throw error;
      return undefined; // whatever else is wrong with the token
    }
  }

  function sign(claims: Claims): string {
    const subject =
      claims.role === 'driver'
        ? { vehicle: claims.vehicle }
        : claims.role === 'rider'
          ? { trip: claims.trip, ...(claims.share !== undefined && { share: claims.share }) }
          : {};
    // `iat` with its milliseconds: a token made in the same second as a revocation, but after it, lives.
    const times = { iat: claims.issuedAtMs / 1000, exp: claims.expiresAtMs / 1000 };
    return signHs256({ aud: AUDIENCE, role: claims.role, ...subject, ...times }, signingKey!);
  }

  return { verify, sign: signingKey && sign };
}

/** What a token says that is for us, and valid now. Its signature was checked. */
function readClaims(payload: JWTPayload, nowMs: number): Claims | undefined {
  const { aud, iat, exp, nbf, role, vehicle, trip, share } = payload as { [claim: string]: unknown };
  if (aud !== AUDIENCE && !(Array.isArray(aud) && aud.includes(AUDIENCE))) return undefined;
  if (typeof iat !== 'number' || typeof exp !== 'number') return undefined;
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf * 1000 <= nowMs + CLOCK_SKEW_MS))
    return undefined;
  const issuedAtMs = Math.round(iat * 1000);
  const lifeMs = role === 'operator' ? OPERATOR_TOKEN_LIFE_MS : TOKEN_LIFE_MS;
  const expiresAtMs = Math.min(Math.round(exp * 1000), issuedAtMs + lifeMs);
  if (!(issuedAtMs <= nowMs + CLOCK_SKEW_MS) || !(expiresAtMs > nowMs)) return undefined;
  switch (role) {
    case 'driver':
      return isVehicleId(vehicle) ? { role, vehicle, issuedAtMs, expiresAtMs } : undefined;
    case 'rider':
      if (!isTripId(trip) || (share !== undefined && typeof share !== 'string')) return undefined;
      return { role, trip, ...(share !== undefined && { share }), issuedAtMs, expiresAtMs };
    case 'operator':
      return { role, issuedAtMs, expiresAtMs };
    default:
      return undefined;
  }
}
