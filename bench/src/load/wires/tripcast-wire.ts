import { createHmac } from 'node:crypto';
import { frameOf, OPCODE } from '@tripcast/driver-sim/sockets';
import { FIX_BYTES, fixTime, LIMITS, SUBPROTOCOL } from '@tripcast/protocol';
import type { Origin } from '../connection.ts';
import { binaryFix, stampFix } from './binary-fix.ts';
import { placeOf, tripName, vehicleName, type Wire } from './wire.ts';

/** Trips are made by so many requests at once. */
const REQUESTS_AT_ONCE = 16;
const TOKEN_LIFE_S = 3_600;
const HEAD = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
const ACK = Buffer.from('{"type":"ack","time":');
const HELLO = Buffer.from('{"type":"hello"');

/**
 * @param origin the node that trips are made at
 * @param isUnderWay whether trips are begun: only then are positions theirs
 */
export function tripcastWire(origin: Origin, secret: string, isUnderWay: boolean): Wire {
  const sign = (claims: Readonly<Record<string, string>>): string => {
    const iat = Math.floor(Date.now() / 1000);
    const body = { aud: 'tripcast', iat, exp: iat + TOKEN_LIFE_S, ...claims };
    const text = `${HEAD}.${Buffer.from(JSON.stringify(body)).toString('base64url')}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const handshake = (path: string, claims: Readonly<Record<string, string>>) => ({
    path,
    headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL, Authorization: `Bearer ${sign(claims)}` },
  });

  return {
    async prepare(first, count) {
      const authorization = `Bearer ${sign({ role: 'operator' })}`;
      let next = first;
      const makeTrips = async () => {
        while (next < first + count) await makeTrip(next++, authorization);
      };
      await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, makeTrips));
    },
    driver: (trip) =>
      handshake(`/v1/vehicles/${vehicleName(trip)}/drive`, { role: 'driver', vehicle: vehicleName(trip) }),
    rider: (trip) => handshake(`/v1/trips/${tripName(trip)}/follow`, { role: 'rider', trip: tripName(trip) }),
    position(trip) {
      const frame = frameOf(OPCODE.binary, binaryFix(trip));
      return { frame, stamp: stampFix(frame) };
    },
    heard(party, isText, bytes, start, end) {
      if (isText) {
        if (begins(bytes, start, ACK)) party.acknowledged(numberAt(bytes, start + ACK.byteLength));
        else if (begins(bytes, start, HELLO)) party.ready();
        return;
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      for (let at = start; at < end; at += FIX_BYTES) party.received(fixTime(view, at));
    },
    history(trip, count) {
      const beginMs = Date.now();
      const fixes = Array.from({ length: count }, (_, nth) => binaryFix(trip, beginMs + nth));
      const messages = Math.ceil(count / LIMITS.fixesPerMessage);
      return Array.from({ length: messages }, (_, nth) => {
        const first = nth * LIMITS.fixesPerMessage;
        return frameOf(OPCODE.binary, Buffer.concat(fixes.slice(first, first + LIMITS.fixesPerMessage)));
      });
    },
  };

  async function makeTrip(trip: number, authorization: string): Promise<void> {
    const headers = { authorization, 'content-type': 'application/json' };
    const call = async (method: string, path: string, body: object) => {
      const url = `${origin.isTls ? 'https' : 'http'}://${origin.host}:${origin.port}${path}`;
      const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    };
    const { latitude, longitude } = placeOf(trip);
    await call('POST', '/v1/trips', {
      id: tripName(trip),
      vehicleId: vehicleName(trip),
      pickup: { latitude, longitude },
      dropoff: { latitude: latitude + 0.02, longitude: longitude + 0.02 },
    });
    if (isUnderWay) await call('PATCH', `/v1/trips/${tripName(trip)}`, { status: 'ENROUTE_TO_PICKUP' });
  }
}

function begins(bytes: Buffer, start: number, words: Buffer): boolean {
  return bytes.compare(words, 0, words.byteLength, start, start + words.byteLength) === 0;
}

function numberAt(bytes: Buffer, start: number): number {
  let value = 0;
  for (let at = start; bytes[at]! >= 0x30 && bytes[at]! <= 0x39; at++) value = value * 10 + bytes[at]! - 0x30;
  return value;
}
