import { describe, expect, test } from '@jest/globals';
import { decodePositions, encodeFixes, parseFleetEvent, parseOperatorEvent } from '../src/index.ts';

const FIX = { latitude: -34.9, longitude: -56.2, heading: 90, time: 1_795_000_000_000 };
const VIEW = { type: 'view', south: -35, west: 170, north: -34, east: -170, zoom: 12 };
const VEHICLE = { handle: 1, id: 'v', online: true, time: 1, paceMs: 5_000 };

describe('[O4] positions', () => {
  const message = new Uint8Array(48);
  new DataView(message.buffer).setUint32(0, 0xfffffffe, true);
  message.set(encodeFixes([FIX]), 4);
  new DataView(message.buffer).setUint32(24, 7, true);
  message.set(encodeFixes([{ ...FIX, time: 1 }]), 28);

  test('are a handle and a fix each', () => {
    expect(decodePositions(message)).toEqual([
      { handle: 0xfffffffe, fix: FIX },
      { handle: 7, fix: { ...FIX, time: 1 } },
    ]);
    expect(decodePositions(new Uint8Array(0))).toEqual([]);
  });

  test('of a wrong length or kind are malformed', () => {
    for (const bytes of [1, 20, 23, 25, 47])
      expect(decodePositions(message.subarray(0, bytes))).toBeUndefined();
    const other = message.slice();
    other[28] = 0x20;
    expect(decodePositions(other)).toBeUndefined();
  });
});

describe('[O2] an operator’s view', () => {
  test('may reach over the date line', () => expect(parseOperatorEvent(VIEW)).toEqual(VIEW));

  test.each([
    ['no zoom', { ...VIEW, zoom: undefined }],
    ['a zoom below 0', { ...VIEW, zoom: -1 }],
    ['south above north', { ...VIEW, south: 1, north: 0 }],
    ['a latitude beyond the pole', { ...VIEW, north: 90.1 }],
    ['a longitude beyond 180°', { ...VIEW, east: 180.1 }],
    ['a number as text', { ...VIEW, west: '1' }],
    ['an unknown type', { ...VIEW, type: 'gaze' }],
  ])('with %s is ignored', (_, event) => expect(parseOperatorEvent(event)).toBeUndefined());
});

test('[O10] a search has 1 to 100 characters', () => {
  const find = (text: unknown) => parseOperatorEvent({ type: 'find', text });
  expect(find(' SDA 12 ')).toEqual({ type: 'find', text: 'SDA 12' });
  for (const text of ['', '  ', 'x'.repeat(101), 7, undefined]) expect(find(text)).toBeUndefined();
});

describe('what an operator hears', () => {
  const NODE = {
    id: 'n',
    drivers: 1,
    followers: 2,
    operators: 3,
    fixesPerSecond: 4,
    lagMs: 5,
    draining: false,
  };

  test.each([
    { type: 'hello', serverTime: 1, node: 'n' },
    {
      type: 'vehicles',
      vehicles: [VEHICLE, { ...VEHICLE, trip: { id: 't', status: 'LATER', eta: 1, plate: 'x' } }],
    },
    { type: 'left', handles: [1, 2] },
    { type: 'clusters', clusters: [{ latitude: 1, longitude: 2, online: 3, onTrip: 1 }] },
    { type: 'counts', online: 1, inView: 1 },
    { type: 'nodes', nodes: [NODE] },
    { type: 'found', text: 'x', vehicles: [{ id: 'v' }] },
    { type: 'service', available: false },
    { type: 'fix', ...FIX, handle: 3 },
  ])('is read: $type', (event) => expect(parseFleetEvent(JSON.stringify(event))).toEqual(event));

  test.each([
    { type: 'hello', serverTime: 1 },
    { type: 'vehicles', vehicles: [null] },
    { type: 'vehicles', vehicles: [{ ...VEHICLE, handle: '1' }] },
    { type: 'vehicles', vehicles: [{ ...VEHICLE, trip: { id: 't' } }] },
    { type: 'left', handles: ['1'] },
    { type: 'left' },
    { type: 'clusters', clusters: [{ latitude: 1 }] },
    { type: 'counts', online: 1 },
    { type: 'nodes', nodes: [{ ...NODE, draining: 0 }] },
    { type: 'found', vehicles: [] },
    { type: 'fix', ...FIX },
    { type: 'fix', handle: 1 },
    { type: 'news' },
    7,
  ])('that is broken or unknown is ignored: %j', (event) =>
    expect(parseFleetEvent(JSON.stringify(event))).toBeUndefined(),
  );
});
