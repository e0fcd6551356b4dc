import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDriverEvent, parseObject, parseRiderEvent } from '../src/index.ts';
import { fixtures } from './fixture-files.ts';
import { seeded } from './seed.ts';

const eventTexts = [...fixtures]
  .filter(([title]) => /^valid-(driver|rider)-event/.test(title))
  .map(([, fixture]) => (fixture as { text: string }).text);

describe(`[E1] input from the network never throws ${seeded}`, () => {
  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), expectIgnored), { numRuns: 500 });
  });

  test('any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        parseDriverEvent(text);
        parseRiderEvent(text);
        const value: unknown = JSON.parse(text);
        const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
        expect(parseObject(text) !== undefined).toBe(isObject);
      }),
      { numRuns: 500 },
    );
  });

  test('an event cut at every character', () => {
    for (const text of eventTexts) {
      for (let length = 0; length < text.length; length++) expectIgnored(text.slice(0, length));
    }
  });

  test('an event with any of its values replaced by another', () => {
    fc.assert(
      fc.property(fc.constantFrom(...eventTexts), fc.nat(), fc.jsonValue(), (text, position, value) => {
        const event = parseRiderEvent(replaceOne(text, position, value));
        // what is taken for a hello has what its type promises, whatever was replaced
        if (event?.type === 'hello') {
          expect(Number.isFinite(event.serverTime)).toBe(true);
          expect(Number.isFinite(event.trip.pickup.latitude)).toBe(true);
          expect(typeof event.vehicle.online).toBe('boolean');
        }
        parseDriverEvent(replaceOne(text, position, value));
      }),
      { numRuns: 2_000 },
    );
  });

  test('nesting as deep as a message can be', () => {
    expectIgnored('['.repeat(65_536));
    expectIgnored(`${'{"type":'.repeat(8_000)}1${'}'.repeat(8_000)}`);
  });
});

test("[E1] fields that are not known are kept out of no one's way", () => {
  expect(parseDriverEvent('{"type":"ack","time":5,"newer":true}')).toMatchObject({ type: 'ack', time: 5 });
  expect(parseDriverEvent('{"type":"ack","time":5,"__proto__":{"type":"pace"}}')?.type).toBe('ack');
});

test('[F3] a `hello` whose fix has nulls gives a fix without them', () => {
  const hello = JSON.parse(
    (fixtures.get('valid-rider-event-hello-with-newest-fix') as { text: string }).text,
  );
  hello.fix.speed = null;
  const { speed: _, ...known } = hello.fix;
  expect(parseRiderEvent(JSON.stringify(hello))).toEqual({ ...hello, fix: known });
});

function expectIgnored(text: string): void {
  expect(parseDriverEvent(text)).toBeUndefined();
  expect(parseRiderEvent(text)).toBeUndefined();
}

/** The JSON text with the value at one position, counted through the whole tree, replaced. */
function replaceOne(text: string, position: number, value: unknown): string {
  const count = text.split(':').length; // at least as many as there are values with a name
  let index = 0;
  return JSON.stringify(JSON.parse(text), (_, original) =>
    index++ === 1 + (position % count) ? value : original,
  );
}
