// Everything that reads bytes or text from outside, against a slow twin or what must hold of any answer.
import {
  checkFixes,
  decodeFixes,
  decodePolyline,
  encodeFix,
  encodeFixes,
  encodePolyline,
  type Fix,
  LIMITS,
  parseDriverEvent,
  parseFix,
  parseObject,
  parseRiderEvent,
  readOffer,
  refusalOf,
} from '@tripcast/protocol';
import { isOriginAllowed } from '../../server/src/auth/origins.ts';
import { readLiveFixes, writeLiveFixes } from '../../server/src/bus/live-message.ts';
import { readTripEvent } from '../../server/src/bus/trip-event.ts';
import { readVehicleNote } from '../../server/src/bus/vehicle-note.ts';
import { clientAddress } from '../../server/src/limits/client-address.ts';
import { between } from '../support/random.ts';
import { fixAt, numbers } from '../support/ride.ts';
import { fuzz, must } from './fuzz.ts';
import { altered, bytes, fixBytes, json, mistyped, pick, text } from './garbage.ts';

const NOW = 1_800_000_000_000;
const again = new Uint8Array(20);
const againView = new DataView(again.buffer);

fuzz('[W2] [W4] [W5]', 'frames', 0.4, (random) => {
  const message = fixBytes(random, NOW);
  const view = new DataView(message.buffer);
  const count = checkFixes(view);
  let isWellFormed = message.byteLength % 20 === 0 && message.byteLength <= 1_280;
  for (let at = 0; at < message.byteLength; at += 20) isWellFormed &&= message[at]! >>> 4 === 1;
  must(count === (isWellFormed ? message.byteLength / 20 : undefined), 'the count', message);
  const fixes = decodeFixes(message);
  must((fixes === undefined) === (count === undefined), 'decoded when well-formed', message);
  fixes?.forEach((fix, index) => {
    const raw = message.subarray(index * 20, index * 20 + 20);
    const refused = refusalOf(view, index * 20, NOW);
    must(refused === refusalOfTwin(raw), 'the refusal', raw, refused);
    if (refused === 'fix_invalid') return;
    encodeFix(fix, againView, 0);
    must(Buffer.compare(again, raw) === 0, 'decoded and encoded again it is the same', raw, again);
  });
});

/** The rules of docs/protocol.md, byte by byte. */
function refusalOfTwin(raw: Uint8Array): string | undefined {
  const littleEndian = (from: number, count: number) => {
    let value = 0;
    for (let index = count - 1; index >= 0; index--) value = value * 256 + raw[from + index]!;
    return value;
  };
  const signed = (value: number) => (value >= 2 ** 31 ? value - 2 ** 32 : value);
  const heading = littleEndian(2, 2);
  const isInvalid =
    (raw[0]! & 0b1110) !== 0 ||
    (heading >= 36_000 && heading !== 65_535) ||
    Math.abs(signed(littleEndian(4, 4))) > 900_000_000 ||
    Math.abs(signed(littleEndian(8, 4))) > 1_800_000_000;
  if (isInvalid) return 'fix_invalid';
  const time = littleEndian(14, 6);
  if (time > NOW + LIMITS.fixAheadMs) return 'fix_from_future';
  return time < NOW - LIMITS.fixBehindMs ? 'fix_too_old' : undefined;
}

const EVENTS = [
  { type: 'fix', ...fixAt(NOW), simulated: true },
  { type: 'ack', time: NOW },
  { type: 'pace', intervalMs: 1_000 },
  { type: 'refused', time: NOW, code: 'fix_invalid', message: 'no' },
  { type: 'vehicle', online: true, time: NOW, paceMs: 1_000 },
  { type: 'service', available: false },
  { type: 'takeover', session: NOW },
  { type: 'revoked', before: NOW },
  { type: 'wanted' },
  {
    type: 'trip',
    trip: {
      ...{ id: 't', vehicleId: 'v', status: 'NEW', version: 1, createdAt: NOW, updatedAt: NOW },
      ...{ pickup: { latitude: 1, longitude: 2 }, dropoff: { latitude: 3, longitude: 4 } },
    },
  },
];

fuzz('[E1] [W6]', 'events and JSON fixes', 0.28, (random) => {
  const right = pick(random, EVENTS);
  const said = pick(random, [
    () => mistyped(random, JSON.stringify(right)),
    () => JSON.stringify(altered(random, right)),
    () => JSON.stringify(json(random, 3)) ?? '',
    () => text(random, 40),
  ])();
  const event = parseObject(said);
  must(event === undefined || (typeof event === 'object' && !Array.isArray(event)), 'an object', said);
  for (const parse of [parseDriverEvent, parseRiderEvent]) {
    const parsed = parse(said);
    must(parsed === undefined || parsed.type === event?.type, 'of the type that it says', said);
  }
  const fix = event && parseFix(event);
  if (fix) mustFitTheWire(fix, said);
});

/** What is taken can be sent on, and says the same there. */
function mustFitTheWire(fix: Fix, said: string): void {
  const [sent] = decodeFixes(encodeFixes([fix]))!;
  const isNear = (one: number, other: number, step: number) => Math.abs(one - other) <= step;
  must(sent!.time === fix.time && Boolean(sent!.simulated) === Boolean(fix.simulated), 'time and flag', said);
  must(
    isNear(sent!.latitude, fix.latitude, 1e-7) && isNear(sent!.longitude, fix.longitude, 1e-7),
    'place',
    said,
  );
  must((sent!.heading === undefined) === (fix.heading === undefined), 'an unknown heading', said);
}

fuzz('[P7]', 'messages from Redis', 0.1, (random) => {
  const message = pick<() => Uint8Array>(random, [
    () => bytes(random, between(random, 0, 60)),
    () => Buffer.from(mistyped(random, JSON.stringify(pick(random, EVENTS)))),
    () => Buffer.from(JSON.stringify(altered(random, pick(random, EVENTS)))),
    () =>
      writeLiveFixes(between(random, 0, 2 ** 32 - 1), between(random, 0, 2 ** 48 - 1), fixBytes(random, NOW)),
  ])();
  const live = readLiveFixes(message);
  if (live) {
    must(live.fixes.byteLength > 0 && live.fixes.byteLength % 20 === 0, 'whole fixes', message);
    const again = writeLiveFixes(live.version, live.after, live.fixes);
    must(Buffer.compare(again, message) === 0, 'read and written again it is the same', message);
  }
  readVehicleNote(message);
  const event = readTripEvent(message);
  must(!(live && event), 'fixes or an event', message);
});

fuzz('[H3] [H4] [H6]', 'headers of handshakes', 0.12, (random) => {
  const offer = mistyped(random, 'tripcast.v1, tripcast.v1+json, bearer.aaaa.bbbb.cccc');
  const { subprotocol, token } = readOffer(offer);
  must(subprotocol === undefined || /^tripcast\.v1(\+json)?$/.test(subprotocol), 'one that we speak', offer);
  must(
    token === undefined || (offer.includes(`bearer.${token}`) && !token.includes(',')),
    'what was said',
    offer,
  );

  const origin = mistyped(random, pick(random, ['https://a.example', 'http://a.example:8080', 'null']));
  const host = mistyped(random, pick(random, ['a.example', 'a.example:8080', '[::1]:80']));
  if (isOriginAllowed(origin, host, ['https://b.example']) && origin !== 'https://b.example') {
    const { hostname } = new URL(origin);
    must(host.toLowerCase().startsWith(hostname), 'only its own host', origin, host);
  }

  const peer = bytes(random, pick(random, [4, 16]));
  const said = mistyped(random, '198.51.100.7, 2001:db8::1, [2001:db8::2]:443, ::ffff:10.0.0.1');
  const { key } = clientAddress(peer, said, between(random, 0, 4));
  must(/^(\d{1,3}(\.\d{1,3}){3}|([\da-f]{1,4}:){4}:\/64)$/.test(key), 'an address', key, peer, said);
});

fuzz('[T5]', 'polylines', 0.04, (random) => {
  const line = encodePolyline(
    numbers(between(random, 0, 5)).map(() => ({
      latitude: (random() - 0.5) * 180,
      longitude: (random() - 0.5) * 360,
    })),
  );
  const said = random() < 0.8 ? mistyped(random, line) : text(random, 30);
  const points = decodePolyline(said);
  must(
    points?.every(({ latitude, longitude }) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) ??
      true,
    'places on the Earth',
    said,
  );
  const again = points && decodePolyline(encodePolyline(points));
  must(JSON.stringify(again) === JSON.stringify(points), 'encoded and decoded again it is the same', said);
});
