import { describe, expect, test } from '@jest/globals';
import type { TripStatus } from '../src/index.ts';
import {
  checkFixes,
  closePolicy,
  decodeFixes,
  decodePolyline,
  encodeFix,
  encodeFixes,
  encodePolyline,
  ID_PATTERN,
  isTransition,
  isTripId,
  isVehicleId,
  parseDriverEvent,
  parseFix,
  parseRiderEvent,
  readOffer,
  refusalOf,
} from '../src/index.ts';
import { bytesOf, type Fixture, fixtures, hexOf, viewOf } from './fixture-files.ts';

describe('[W] golden vectors', () => {
  for (const [title, fixture] of fixtures) {
    test(title, () => {
      if (title.startsWith('valid-')) expectValid(fixture);
      else expectInvalid(fixture);
    });
  }

  test('every kind of sample is there both ways, where both exist', () => {
    const kinds = (prefix: string) =>
      new Set([...fixtures].filter(([title]) => title.startsWith(prefix)).map(([, fixture]) => fixture.kind));
    const both = [
      'message',
      'json-fix',
      'driver-event',
      'rider-event',
      'offer',
      'ids',
      'transitions',
      'polyline',
    ];
    expect([...kinds('valid-')].sort()).toEqual(['accepted', 'close-codes', 'fix', ...both].sort());
    expect([...kinds('invalid-')].sort()).toEqual(['refusal', ...both].sort());
  });
});

function expectValid(fixture: Fixture): void {
  switch (fixture.kind) {
    case 'fix':
      expect(hexOf(encodeFixes([fixture.fix]))).toBe(fixture.bytes);
      expect(decodeFixes(bytesOf(fixture.bytes))).toEqual([fixture.decoded ?? fixture.fix]);
      expect(refusalOf(viewOf(bytesOf(fixture.bytes)), 0, fixture.fix.time)).toBeUndefined();
      return;
    case 'accepted':
      expect(refusalOf(viewOf(bytesOf(fixture.bytes)), 0, fixture.nowMs)).toBeUndefined();
      return;
    case 'message':
      expect(decodeFixes(bytesOf(fixture.bytes))).toEqual(fixture.fixes);
      expect(hexOf(encodeFixes(fixture.fixes!))).toBe(fixture.bytes);
      return;
    case 'json-fix':
      expect(parseFix(JSON.parse(fixture.text))).toEqual(fixture.fix);
      return;
    case 'driver-event':
      expect(parseDriverEvent(fixture.text)).toEqual(fixture.event ?? JSON.parse(fixture.text));
      return;
    case 'rider-event':
      expect(parseRiderEvent(fixture.text)).toEqual(fixture.event ?? JSON.parse(fixture.text));
      return;
    case 'offer':
      expectOffer(fixture);
      expect(fixture.subprotocol).not.toBeNull();
      return;
    case 'ids':
      for (const id of fixture.ids) expect([id, isTripId(id), isVehicleId(id)]).toEqual([id, true, true]);
      return;
    case 'transitions':
      for (const [from, to] of fixture.transitions) {
        expect([from, to, isTransition(from as TripStatus, to as TripStatus)]).toEqual([from, to, true]);
      }
      return;
    case 'close-codes':
      for (const { code, client } of fixture.codes) expect([code, closePolicy(code)]).toEqual([code, client]);
      return;
    case 'polyline':
      expect(decodePolyline(fixture.polyline)).toEqual(fixture.points);
      expect(encodePolyline(fixture.points!)).toBe(fixture.polyline);
      return;
    case 'refusal':
      throw new Error('there is no valid sample of kind refusal');
    default:
      throw new Error(`a fixture of unknown kind: ${JSON.stringify(fixture satisfies never)}`);
  }
}

function expectInvalid(fixture: Fixture): void {
  switch (fixture.kind) {
    case 'refusal': {
      const view = viewOf(bytesOf(fixture.bytes));
      expect(checkFixes(view)).toBe(1);
      expect(refusalOf(view, 0, fixture.nowMs)).toBe(fixture.refusal);
      return;
    }
    case 'message':
      expect(checkFixes(viewOf(bytesOf(fixture.bytes)))).toBeUndefined();
      expect(decodeFixes(bytesOf(fixture.bytes))).toBeUndefined();
      return;
    case 'json-fix': {
      const value = JSON.parse(fixture.text);
      expect(parseFix(value)).toBeUndefined();
      if (fixture.field) {
        expect(() => encodeFix(value, new DataView(new ArrayBuffer(20)), 0)).toThrow(
          new RegExp(`^${fixture.field} must`),
        );
      }
      return;
    }
    case 'driver-event':
      expect(parseDriverEvent(fixture.text)).toBeUndefined();
      return;
    case 'rider-event':
      expect(parseRiderEvent(fixture.text)).toBeUndefined();
      return;
    case 'offer':
      expectOffer(fixture);
      expect(fixture.subprotocol).toBeNull();
      return;
    case 'ids':
      for (const id of fixture.ids) {
        expect([id, isTripId(id), isVehicleId(id), ID_PATTERN.test(id)]).toEqual([id, false, false, false]);
      }
      return;
    case 'transitions':
      for (const [from, to] of fixture.transitions) {
        expect([from, to, isTransition(from as TripStatus, to as TripStatus)]).toEqual([from, to, false]);
      }
      return;
    case 'polyline':
      expect(decodePolyline(fixture.polyline)).toBeUndefined();
      return;
    case 'fix':
    case 'accepted':
    case 'close-codes':
      throw new Error(`there is no invalid sample of kind ${fixture.kind}`);
    default:
      throw new Error(`a fixture of unknown kind: ${JSON.stringify(fixture satisfies never)}`);
  }
}

function expectOffer(fixture: Extract<Fixture, { kind: 'offer' }>): void {
  const { subprotocol, token } = readOffer(fixture.header);
  expect({ subprotocol: subprotocol ?? null, token: token ?? null }).toEqual({
    subprotocol: fixture.subprotocol,
    token: fixture.token,
  });
}
