// What a hostile or broken peer sends: noise, and what is right but for a little.
import { encodeFixes } from '@tripcast/protocol';
import { between } from '../support/random.ts';
import { fixAt, numbers } from '../support/ride.ts';
import type { Random } from './fuzz.ts';

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[between(random, 0, items.length - 1)]!;
}

/** Noise; from 64 bytes on it repeats itself, which nobody notices. */
export function bytes(random: Random, count: number): Uint8Array<ArrayBuffer> {
  const noise = new Uint8Array(count);
  const fresh = count < 64 ? count : 64;
  for (let index = 0; index < fresh; index++) noise[index] = between(random, 0, 255);
  for (let index = fresh; index < count; index *= 2) noise.copyWithin(index, 0, index);
  return noise;
}

/** Up to so many code units, halves of surrogate pairs among them. */
export function text(random: Random, most: number): string {
  const last = random() < 0.9 ? 0x7f : 0xffff;
  let said = '';
  for (let left = between(random, 0, most); left > 0; left--)
    said += String.fromCharCode(between(random, 0, last));
  return said;
}

/** Some characters are replaced, left out, doubled. */
export function mistyped(random: Random, right: string): string {
  let wrong = right;
  for (let changes = between(random, 0, 3); changes > 0; changes--) {
    const at = between(random, 0, wrong.length);
    const put = pick(random, ['', text(random, 2), wrong.slice(at, at + 3), '0', '"', ',', '-', 'e9']);
    wrong = wrong.slice(0, at) + put + wrong.slice(at + between(random, 0, 2));
  }
  return wrong;
}

const NOISE_BYTES = [0, 1, 19, 20, 21, 40, 60, 1_280, 1_281, 1_300];

/** Fixes of about `now` whose bytes are changed here and there, and sometimes cut. */
export function fixBytes(random: Random, now: number): Uint8Array<ArrayBuffer> {
  if (random() < 0.2) return bytes(random, pick(random, NOISE_BYTES));
  const count = random() < 0.97 ? between(random, 1, 3) : between(random, 1, 64);
  const begin = now - between(random, -20_000, 90_000_000);
  const fixes = encodeFixes(numbers(count, begin).map(fixAt));
  for (let changes = between(random, 0, 3); changes > 0; changes--) {
    fixes[between(random, 0, fixes.byteLength - 1)] = between(random, 0, 255);
  }
  return random() < 0.1 ? fixes.slice(0, between(random, 0, fixes.byteLength)) : fixes;
}

const KEYS = [
  ...['type', 'id', 'vehicleId', 'pickup', 'dropoff', 'route', 'status', 'eta', 'latitude', 'longitude'],
  ...['heading', 'speed', 'accuracy', 'time', 'simulated', 'name', '__proto__', 'constructor', 'toString'],
];

export function json(random: Random, depth: number): unknown {
  if (depth === 0 || random() < 0.3) return leaf(random);
  if (random() < 0.3) return numbers(between(random, 0, 4)).map(() => json(random, depth - 1));
  return Object.fromEntries(
    numbers(between(random, 0, 5)).map(() => [pick(random, KEYS), json(random, depth - 1)]),
  );
}

function leaf(random: Random): unknown {
  switch (between(random, 0, 6)) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return (random() - 0.5) * 10 ** between(random, 0, 300);
    case 3:
      return between(random, -5, 5);
    case 4:
      return pick(random, [-0, 1e-320, 2 ** 48, 2 ** 48 - 1, 2 ** 53, 90.00000001, 180, 359.999, 360]);
    case 5:
      return pick(random, [
        'fix',
        'hello',
        'ack',
        'trip',
        'NEW',
        'COMPLETE',
        'ENROUTE_TO_PICKUP',
        '__proto__',
      ]);
    default:
      return text(random, 30);
  }
}

/** An object that is right, but for some fields that are missing, of any type, or too many. */
export function altered(random: Random, right: object): object {
  const wrong: Record<string, unknown> = { ...right };
  for (let changes = between(random, 0, 2); changes > 0; changes--) {
    const key = pick(random, [...Object.keys(right), ...KEYS]);
    if (random() < 0.3) delete wrong[key];
    else Object.defineProperty(wrong, key, { value: json(random, 2), enumerable: true, configurable: true });
  }
  return wrong;
}
