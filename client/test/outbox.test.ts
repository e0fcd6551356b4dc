import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Outbox } from '../src/outbox.ts';
import { SortWindow } from '../src/sort-window.ts';
import { fixAt } from './support/samples.ts';

const START = 1_700_000_000_000;

/** An outbox in seconds: fixes are named by their second, and come at the second they are named by unless said. */
function outboxInSeconds({ capacity = 7_200, windowMs = 2_000 } = {}) {
  const outbox = new Outbox(capacity, new SortWindow(windowMs));
  return {
    outbox,
    add: (second: number, atSecond = second) =>
      outbox.add(fixAt(START + second * 1_000), START + second * 1_000, START + atSecond * 1_000),
    take: (atSecond: number, limit = 64) =>
      outbox.take(limit, START + atSecond * 1_000).map((fix) => (fix.time - START) / 1_000),
    ack: (second: number, atSecond = second) => {
      const settled = outbox.acknowledge(START + second * 1_000, START + atSecond * 1_000);
      return settled && { second: (settled.time - START) / 1_000, roundTripMs: settled.roundTripMs };
    },
    refuse: (second: number) => outbox.refuse(START + second * 1_000),
  };
}

describe('order', () => {
  test('a fix that continues the cadence goes out at once', () => {
    const { add, take } = outboxInSeconds();
    for (const second of [0, 1, 2]) {
      add(second);
      expect(take(second)).toEqual([second]);
    }
  });

  test('a fix with a hole before it waits, and goes with what fills the hole, sorted', () => {
    const { add, take } = outboxInSeconds();
    add(0);
    add(1);
    expect(take(1)).toEqual([0, 1]);
    add(3);
    expect(take(3)).toEqual([]);
    add(2, 3.5);
    expect(take(3.5)).toEqual([2, 3]);
  });

  test('a hole that nothing fills delays what follows for 2 s and no longer', () => {
    const { add, take, outbox } = outboxInSeconds();
    add(0);
    add(1);
    add(3);
    add(4);
    expect(take(4)).toEqual([0, 1]);
    expect(outbox.heldUntil).toBe(START + 5_000);
    expect(take(4.999)).toEqual([]);
    expect(take(5)).toEqual([3, 4]);
    expect(outbox.heldUntil).toBeUndefined();
  });

  test('a clock that is set back holds nothing longer', () => {
    const { add, take } = outboxInSeconds();
    add(0, 3_600);
    add(5, 3_605);
    expect(take(5)).toEqual([0, 5]);
  });

  test('one that comes later still is sent all the same: the server judges it', () => {
    const { add, take } = outboxInSeconds();
    add(0);
    add(3);
    expect(take(9)).toEqual([0, 3]);
    add(1, 9);
    expect(take(9)).toEqual([1]);
  });
});

describe('[P1] kept until acknowledged', () => {
  test('an acknowledgement settles all that this socket sent up to its time, and tells the round trip', () => {
    const { add, take, ack, outbox } = outboxInSeconds();
    for (const second of [0, 1, 2, 3]) add(second);
    take(3, 3);
    expect(ack(2, 3.25)).toEqual({ second: 2, roundTripMs: 250 });
    expect(outbox.size).toBe(1);
    expect(outbox.inFlight).toBe(0);
  });

  test('an acknowledgement settles nothing that was not sent on this socket', () => {
    const { add, take, ack, outbox } = outboxInSeconds();
    for (const second of [0, 1, 2]) add(second);
    take(2);
    outbox.rewind();
    expect(ack(2)).toBeUndefined();
    expect(outbox.size).toBe(3);
  });

  test('a new socket is sent everything again, oldest first', () => {
    const { add, take, ack, outbox } = outboxInSeconds();
    for (const second of [0, 1, 2, 3]) add(second);
    take(3);
    ack(1);
    outbox.rewind();
    expect(take(3)).toEqual([2, 3]);
  });

  test('a late fix is not settled by an acknowledgement that may have crossed it', () => {
    const { add, take, ack, outbox } = outboxInSeconds();
    add(0);
    add(3);
    take(9);
    add(1, 9);
    take(9);
    ack(3);
    ack(3);
    expect(outbox.size).toBe(1);
    add(4, 9);
    take(9);
    ack(4);
    expect(outbox.size).toBe(0);
  });

  test('a refused fix is forgotten, those around it are not', () => {
    const { add, take, refuse, outbox } = outboxInSeconds();
    for (const second of [0, 1, 2]) add(second);
    take(2);
    expect(refuse(1)).toBe(START + 1_000);
    expect(refuse(1)).toBeUndefined();
    expect(outbox.size).toBe(2);
  });
});

describe('bounds', () => {
  test('when it is full the oldest is dropped, and counted', () => {
    const { add, take, outbox } = outboxInSeconds({ capacity: 2 });
    expect([add(0), add(1), add(2)]).toEqual([0, 0, 1]);
    expect(outbox.dropped).toBe(1);
    expect(take(2)).toEqual([1, 2]);
  });

  test('a time given twice is ignored and counted, before and after it is settled', () => {
    const { add, take, ack, outbox } = outboxInSeconds();
    add(0);
    add(0);
    take(0);
    ack(0);
    add(0);
    expect(outbox.repeated).toBe(2);
    expect(take(0)).toEqual([]);
  });

  test('times can be shifted until the first fix was sent', () => {
    const { add, take, outbox } = outboxInSeconds();
    add(0);
    add(1);
    expect(outbox.shift(5_000)).toBe(true);
    expect(take(1)).toEqual([5, 6]);
    expect(outbox.shift(5_000)).toBe(false);
    outbox.rewind();
    expect(take(1)).toEqual([5, 6]);
  });
});

/** What an app, a network and a server may do, in any order. */
const step = fc.oneof(
  fc.record({
    does: fc.constant('measure' as const),
    secondsBack: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(6)),
    latitude: fc.integer({ min: -90, max: 90 }),
  }),
  fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(500, 1_000, 3_000) }),
  fc.record({ does: fc.constant('send' as const), limit: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ does: fc.constant('arrive' as const), count: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ does: fc.constantFrom('acknowledge' as const, 'refuse' as const, 'reconnect' as const) }),
);

test('[P1] nothing is lost but what is counted, nothing settled is sent again, a time means one position', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), fc.constantFrom(1, 3, 12, 1_000), (steps, capacity) => {
      const outbox = new Outbox(capacity, new SortWindow(2_000));
      let now = START;
      let dropped = 0;
      const latitudes = new Map<number, number>(); // of what the outbox took in, by time
      const stored = new Set<number>();
      const refused = new Set<number>();
      const settled = new Set<number>(); // what the client must know to be settled
      let socket = newSocket();

      const send = (limit: number) => {
        for (const { time, latitude } of outbox.take(limit, now)) {
          expect(settled).not.toContain(time);
          expect(socket.sent).not.toContain(time);
          expect(latitude).toBe(latitudes.get(time));
          socket.onTheWire.push({ time, isLate: time < socket.newestSent });
          socket.newestSent = Math.max(socket.newestSent, time);
          socket.sent.add(time);
        }
      };

      for (const action of steps) {
        switch (action.does) {
          case 'measure': {
            const time = now - action.secondsBack * 1_000;
            const repeatedBefore = outbox.repeated;
            dropped += outbox.add({ latitude: action.latitude, longitude: 0, time }, time, now);
            const isRepeated = outbox.repeated > repeatedBefore;
            expect(isRepeated).toBe(latitudes.has(time));
            if (!isRepeated) latitudes.set(time, action.latitude);
            break;
          }
          case 'wait':
            now += action.ms;
            break;
          case 'send':
            send(action.limit);
            break;
          case 'arrive':
            for (const { time, isLate } of socket.onTheWire.splice(0, action.count)) {
              stored.add(time);
              socket.newestStored = Math.max(socket.newestStored, time);
              if (!isLate) socket.storedInOrder.push(time);
            }
            break;
          case 'acknowledge':
            outbox.acknowledge(socket.newestStored, now);
            for (const time of socket.storedInOrder) settled.add(time);
            break;
          case 'refuse': {
            const next = socket.onTheWire.shift();
            if (!next) break;
            outbox.refuse(next.time);
            refused.add(next.time);
            settled.add(next.time);
            break;
          }
          case 'reconnect':
            outbox.rewind();
            socket = newSocket();
            break;
        }
        expect(outbox.size).toBeLessThanOrEqual(capacity);
        expect(outbox.dropped).toBe(dropped);
      }

      outbox.rewind();
      const left = outbox.take(Infinity, now + 2_000).map((fix) => fix.time);
      expect(left).toEqual([...new Set(left)].sort((one, other) => one - other));
      const lost = [...latitudes.keys()].filter(
        (time) => !left.includes(time) && !stored.has(time) && !refused.has(time),
      );
      expect(lost.length).toBeLessThanOrEqual(dropped);
    }),
    { numRuns: 500 },
  );
});

function newSocket() {
  return {
    sent: new Set<number>(),
    newestSent: -Infinity,
    onTheWire: [] as { time: number; isLate: boolean }[],
    newestStored: -Infinity,
    storedInOrder: [] as number[],
  };
}
