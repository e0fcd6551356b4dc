// JWTs by a shared secret (RFC 7515, HS256), checked and signed at once: a handshake waits for no other thread, and a storm
// of ten thousand of them costs an HMAC each.

import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { JWTPayload } from 'jose';

export const HS256 = 'HS256';
const HEADER = encode({ alg: HS256, typ: 'JWT' });

/** The secret's UTF-8 bytes are the key, as everywhere. */
export function secretKey(secret: string): KeyObject {
  return createSecretKey(secret, 'utf8');
}

export function signHs256(payload: JWTPayload, key: KeyObject): string {
  const signed = `${HEADER}.${encode(payload)}`;
  return `${signed}.${signatureOf(signed, key)}`;
}

/**
 * What a token says that one of the keys has signed; `undefined` for any other. Its header, which must not ask for anything
 * (`crit`), was read by the caller. Whether it is valid now, and for us, is not looked at.
 */
export function payloadByHs256(jwt: string, keys: readonly KeyObject[]): JWTPayload | undefined {
  const [header, payload, signature, ...more] = jwt.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0)
    return undefined;
  const signed = `${header}.${payload}`;
  if (!keys.some((key) => isSame(signatureOf(signed, key), signature))) return undefined;
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return isObject(claims) ? claims : undefined;
}

function signatureOf(signed: string, key: KeyObject): string {
  return createHmac('sha256', key).update(signed).digest('base64url');
}

/** In a time that tells nothing of where they differ. */
function isSame(ours: string, theirs: string): boolean {
  const [a, b] = [Buffer.from(ours), Buffer.from(theirs)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function isObject(value: unknown): value is JWTPayload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
