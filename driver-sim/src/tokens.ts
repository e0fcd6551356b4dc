// The simulation signs its own tokens, with the secret that the nodes on this machine share.

import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';

export interface Tokens {
  operator(): Promise<string>;
  driver(vehicleId: string): Promise<string>;
  rider(tripId: string): Promise<string>;
}

/** A day's work; each connection and request gets a fresh one. */
const LIFETIME = '12h';
/** Nodes take an operator's no longer. */
const OPERATOR_LIFETIME = '1h';

export function tokensFrom(secret: string): Tokens {
  const key = new TextEncoder().encode(secret);
  const sign = (claims: { role: string; vehicle?: string; trip?: string }): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience('tripcast')
      .setIssuedAt()
      .setExpirationTime(claims.role === 'operator' ? OPERATOR_LIFETIME : LIFETIME)
      .sign(key);
  return {
    operator: () => sign({ role: 'operator' }),
    driver: (vehicle) => sign({ role: 'driver', vehicle }),
    rider: (trip) => sign({ role: 'rider', trip }),
  };
}

/**
 * `TRIPCAST_JWT_SECRET`, or what the file holds that a node made; `undefined` when there is neither.
 * @param secretFile `.tripcast/secret` at the root of the project
 */
export function readSecret(
  env: Readonly<Record<string, string | undefined>>,
  secretFile: URL,
): string | undefined {
  if (env.TRIPCAST_JWT_SECRET) return env.TRIPCAST_JWT_SECRET;
  try {
    return readFileSync(secretFile, 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
