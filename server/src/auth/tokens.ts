// Who may do what is in a JWT: `aud` tripcast, `iat` and `exp`, `role`, and `vehicle` or `trip`. HS256 with our own
// secrets, or RS256, ES256, EdDSA with the keys of an outside issuer. The algorithm picks the key, never the other way
// round: a public key can't be passed off as an HS256 secret.

import type { webcrypto } from 'node:crypto';
import type { TripId, VehicleId } from '@tripcast/protocol';
import { isTripId, isVehicleId } from '@tripcast/protocol';
import type { JWTPayload, JWTVerifyOptions } from 'jose';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { OPERATOR_TOKEN_LIFE_MS, TOKEN_LIFE_MS } from '../access.ts';
import { BackendUnavailable } from '../backend.ts';
import type { Clock } from '../clock.ts';
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
  readonly sign: ((claims: Claims) => Promise<string>) | undefined;
}

const AUDIENCE = 'tripcast';
const OWN_ALGORITHM = 'HS256';
const OUTSIDE_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
/** Longer tokens are refused unread. */
const TOKEN_CHARACTERS = 4_096;
/** How far another issuer's clock may be ahead of ours. */
const CLOCK_SKEW_MS = 60_000;

/** @param options.secrets the first signs, all of them check; none, and tokens come from elsewhere */
export async function createTokens(options: {
  secrets: readonly string[];
  outsideKeys: OutsideKeys | undefined;
  clock: Clock;
}): Promise<Tokens> {
  const { outsideKeys, clock } = options;
  const secretKeys = await Promise.all(options.secrets.map(importSecret));
  const [signingKey] = secretKeys;

  async function payloadOf(jwt: string): Promise<JWTPayload | undefined> {
    const checks: JWTVerifyOptions = {
      audience: AUDIENCE,
      currentDate: new Date(clock.now()),
      clockTolerance: CLOCK_SKEW_MS / 1000, // for `nbf`; `exp` is checked to the millisecond below
      requiredClaims: ['iat', 'exp'],
    };
    const { alg } = decodeProtectedHeader(jwt);
    if (alg === OWN_ALGORITHM) {
      return payloadBySecret(jwt, secretKeys, { ...checks, algorithms: [OWN_ALGORITHM] });
    }
    if (alg !== undefined && OUTSIDE_ALGORITHMS.includes(alg) && outsideKeys) {
      return (await jwtVerify(jwt, outsideKeys, { ...checks, algorithms: OUTSIDE_ALGORITHMS })).payload;
    }
    return undefined;
  }

  async function verify(jwt: string): Promise<Claims | undefined> {
    if (jwt.length > TOKEN_CHARACTERS) return undefined;
    try {
      const payload = await payloadOf(jwt);
      return payload && readClaims(payload, clock.now());
    } catch (error) {
      if (error instanceof BackendUnavailable) throw error;
      return undefined; // whatever else jose finds is wrong with the token
    }
  }

  function sign(claims: Claims): Promise<string> {
    const subject =
      claims.role === 'driver'
        ? { vehicle: claims.vehicle }
        : claims.role === 'rider'
          ? { trip: claims.trip, ...(claims.share !== undefined && { share: claims.share }) }
          : {};
    // `iat` with its milliseconds: a token made in the same second as a revocation, but after it, lives.
    return new SignJWT({
      aud: AUDIENCE,
      role: claims.role,
      ...subject,
      iat: claims.issuedAtMs / 1000,
      exp: claims.expiresAtMs / 1000,
    })
      .setProtectedHeader({ alg: OWN_ALGORITHM, typ: 'JWT' })
      .sign(signingKey as webcrypto.CryptoKey);
  }

  return { verify, sign: signingKey && sign };
}

/** The secret's UTF-8 bytes are the key, as everywhere. */
function importSecret(secret: string): Promise<webcrypto.CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'sign',
    'verify',
  ]);
}

async function payloadBySecret(
  jwt: string,
  keys: readonly webcrypto.CryptoKey[],
  checks: JWTVerifyOptions,
): Promise<JWTPayload | undefined> {
  for (const key of keys) {
    try {
      return (await jwtVerify(jwt, key, checks)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  return undefined;
}

function readClaims(payload: JWTPayload, nowMs: number): Claims | undefined {
  const issuedAtMs = Math.round((payload.iat ?? Number.NaN) * 1000);
  const { role, vehicle, trip, share } = payload;
  const lifeMs = role === 'operator' ? OPERATOR_TOKEN_LIFE_MS : TOKEN_LIFE_MS;
  const expiresAtMs = Math.min(Math.round((payload.exp ?? Number.NaN) * 1000), issuedAtMs + lifeMs);
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
