// Signs tokens from the description in docs/protocol.md alone, the wrong ones too.
import { createHmac } from 'node:crypto';

/** All nodes of a test share it. */
export const SECRET = 'a secret of thirty-two bytes and more';

const LIFE_S = 3_600;

export interface TokenFields {
  role?: string;
  vehicle?: string;
  trip?: string;
  share?: string;
  aud?: string;
  /** Seconds since the Unix epoch. */
  iat?: number;
  exp?: number;
}

/** A token of `npm run token`'s kind, with fields changed (`undefined` leaves one out), another algorithm or secret. */
export function token(fields: TokenFields, { alg = 'HS256', secret = SECRET } = {}): string {
  const now = Date.now() / 1000;
  const signed = [
    { alg, typ: 'JWT' },
    { aud: 'tripcast', iat: now, exp: now + LIFE_S, ...fields },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = alg === 'none' ? '' : createHmac('sha256', secret).update(signed).digest('base64url');
  return `${signed}.${signature}`;
}

export const operatorToken = () => token({ role: 'operator' });
export const driverToken = (vehicle: string, fields: TokenFields = {}) =>
  token({ role: 'driver', vehicle, ...fields });
export const riderToken = (trip: string, fields: TokenFields = {}) =>
  token({ role: 'rider', trip, ...fields });
