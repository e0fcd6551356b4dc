import { expect, test } from '@jest/globals';
import { vehicleId } from '@tripcast/protocol';
import { Arrivals, type Guest, type LimitName } from '../../src/limits/arrivals.ts';
import { NODE_LIMITS } from '../../src/limits/node-limits.ts';
import { isRefusal } from '../../src/trips/refusal.ts';
import { SteppedClock } from '../live/stepped-clock.ts';

const PUBLIC = { key: '203.0.113.7', isPrivate: false };
const OTHER = { key: '198.51.100.1', isPrivate: false };
const PRIVATE = { key: '127.0.0.1', isPrivate: true };

function arrivalsWith(limits: Partial<typeof NODE_LIMITS | Record<string, number>>, limitsPrivate = false) {
  const clock = new SteppedClock();
  const reached: LimitName[] = [];
  const arrivals = new Arrivals({
    clock,
    limits: { ...NODE_LIMITS, ...limits },
    limitsPrivate,
    onLimit: (limit) => reached.push(limit),
  });
  return { arrivals, clock, reached };
}

test('a node is full until somebody leaves: 503, and the client goes elsewhere', () => {
  const { arrivals, reached } = arrivalsWith({ socketsPerNode: 2 });
  const guests = [arrivals.arrive(PRIVATE), arrivals.arrive(PUBLIC)];
  expect(arrivals.arrive(PRIVATE)).toMatchObject({ refused: 'unavailable' });
  expect(reached).toEqual(['node_sockets']);
  (guests[0] as Guest).leave();
  expect(isRefusal(arrivals.arrive(PRIVATE))).toBe(false);
  expect(arrivals.present).toBe(2);
});

test('an address has so many sockets, others have theirs', () => {
  const { arrivals, reached } = arrivalsWith({ socketsPerAddress: 1 });
  const first = arrivals.arrive(PUBLIC) as Guest;
  expect(arrivals.arrive(PUBLIC)).toMatchObject({ refused: 'too_many_requests' });
  expect(isRefusal(arrivals.arrive(OTHER))).toBe(false);
  expect(reached).toEqual(['address_sockets']);
  first.leave();
  expect(isRefusal(arrivals.arrive(PUBLIC))).toBe(false);
});

test('an address has so many tries: handshakes, and calls without a valid token; then its calls are shut out', () => {
  const { arrivals, clock, reached } = arrivalsWith({ addressTriesPerSecond: 1, addressTryBurst: 3 });
  (arrivals.arrive(PUBLIC) as Guest).leave();
  arrivals.calledInVain(PUBLIC);
  expect(arrivals.call(PUBLIC)).toBeUndefined();
  arrivals.calledInVain(PUBLIC);
  expect(arrivals.call(PUBLIC)).toMatchObject({ refused: 'too_many_requests' });
  expect(arrivals.arrive(PUBLIC)).toMatchObject({ refused: 'too_many_requests' });
  expect(arrivals.call(OTHER)).toBeUndefined();
  expect(reached).toEqual(['address_tries', 'address_tries']);
  clock.step(1_000);
  expect(arrivals.call(PUBLIC)).toBeUndefined();
  expect(isRefusal(arrivals.arrive(PUBLIC))).toBe(false);
});

test('an address may call so often, whatever token it brings', () => {
  const { arrivals, clock, reached } = arrivalsWith({ addressCallsPerSecond: 1, addressCallBurst: 2 });
  expect([1, 2, 3].map(() => arrivals.call(PUBLIC)?.refused)).toEqual([
    undefined,
    undefined,
    'too_many_requests',
  ]);
  expect(arrivals.call(OTHER)).toBeUndefined();
  expect(reached).toEqual(['address_calls']);
  clock.step(1_000);
  expect(arrivals.call(PUBLIC)).toBeUndefined();
});

test('private addresses are counted only when that is asked for', () => {
  const limits = { socketsPerAddress: 1, addressTriesPerSecond: 1, addressTryBurst: 1 };
  const { arrivals } = arrivalsWith(limits);
  for (let sockets = 0; sockets < 5; sockets++) expect(isRefusal(arrivals.arrive(PRIVATE))).toBe(false);
  expect(arrivals.remembered).toBe(0);
  const strict = arrivalsWith(limits, true).arrivals;
  strict.arrive(PRIVATE);
  expect(isRefusal(strict.arrive(PRIVATE))).toBe(true);
});

test('a vehicle has so many tries, wherever they come from', () => {
  const { arrivals, clock, reached } = arrivalsWith({ vehicleTriesPerSecond: 1, vehicleTryBurst: 2 });
  const car = vehicleId('car');
  expect(arrivals.takeOver(car)).toBeUndefined();
  expect(arrivals.takeOver(car)).toBeUndefined();
  expect(arrivals.takeOver(car)).toMatchObject({ refused: 'too_many_requests' });
  expect(arrivals.takeOver(vehicleId('another'))).toBeUndefined();
  expect(reached).toEqual(['vehicle_tries']);
  clock.step(1_000);
  expect(arrivals.takeOver(car)).toBeUndefined();
});

test('whoever has gone is forgotten', () => {
  const { arrivals, clock } = arrivalsWith({});
  const guests = Array.from({ length: 100 }, (_, index) =>
    arrivals.arrive({ key: `10.0.0.${index}`, isPrivate: false }),
  );
  expect(arrivals.present).toBe(100);
  for (const guest of guests) (guest as Guest).leave();
  clock.step(60_000);
  arrivals.sweep();
  expect([arrivals.present, arrivals.remembered]).toEqual([0, 0]);
});
