// The simulation signs its own tokens, with the secret that the nodes on this machine share.

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Tokens {
  operator(): Promise<string>;
  driver(vehicleId: string): Promise<string>;
  rider(tripId: string): Promise<string>;
}

/** A day's work, s; each connection and request gets a fresh one. */
const LIFETIME_S = 12 * 3_600;
/** Nodes take an operator's no longer, s. */
const OPERATOR_LIFETIME_S = 3_600;
const HEAD = base64Of({ alg: 'HS256', typ: 'JWT' });

export function tokensFrom(secret: string): Tokens {
  // A thousand drivers come within seconds: signed in place this takes a tenth of what a call of Web Crypto's does.
  const sign = async (claims: { role: string; vehicle?: string; trip?: string }): Promise<string> => {
    const iat = Math.floor(Date.now() / 1_000);
    const lifetime = claims.role === 'operator' ? OPERATOR_LIFETIME_S : LIFETIME_S;
    const text = `${HEAD}.${base64Of({ ...claims, aud: 'tripcast', iat, exp: iat + lifetime })}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
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

function base64Of(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
