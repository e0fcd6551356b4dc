import { describe, expect, test } from '@jest/globals';
import { encodeFixes } from '@tripcast/protocol';
import fc from 'fast-check';
import { LIVE_HEADER_BYTES, readLiveFixes, writeLiveFixes } from '../../src/bus/live-message.ts';
import { readTripEvent } from '../../src/bus/trip-event.ts';
import { readVehicleNote } from '../../src/bus/vehicle-note.ts';

const FIX = encodeFixes([{ latitude: -34.9, longitude: -56.2, time: 1_795_473_228_544 }]);
const bytes = (text: string) => new TextEncoder().encode(text);

describe('what no node of ours wrote on a channel is ignored, and ends no node', () => {
  const whole = writeLiveFixes(7, 1_795_473_228_000, FIX);

  test.each(Array.from({ length: whole.length }, (_, length) => [length]))(
    'a fix message cut after %i bytes',
    (length) => {
      expect(readLiveFixes(whole.subarray(0, length))).toBeUndefined();
    },
  );

  test('a whole one is read, version and `after` included', () => {
    expect(readLiveFixes(whole)).toEqual({ version: 7, after: 1_795_473_228_000, fixes: FIX });
    expect(whole.length).toBe(LIVE_HEADER_BYTES + FIX.length);
  });

  test.each([
    '{"type":"trip"}',
    '{"type":"trip","trip":null}',
    '{"type":"takeover"}',
    '{"type":"revoked","before":"x"}',
    '{"type":"later"}',
    '[]',
    'null',
    '{',
    '',
  ])('the note or event %s', (text) => {
    expect(readVehicleNote(bytes(text))).toBeUndefined();
    expect(readTripEvent(bytes(text))).toBeUndefined();
  });

  test('anything at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (message) => {
        readLiveFixes(message);
        readTripEvent(message);
        readVehicleNote(message);
      }),
    );
  });
});
