import { expect, test } from '@jest/globals';
import { hashSlot, SLOTS, tagIn } from '../../src/redis/hash-slot.ts';

// The Redis Cluster specification names 0x31C3 as the CRC16 of "123456789"; the others are a server's CLUSTER KEYSLOT.
test.each([
  ['123456789', 0x31c3],
  ['', 0],
  ['foo', 12_182],
  ['track:{foo}', 12_182],
  ['{foo}{bar}', 12_182],
  ['foo{}{bar}', 8_363],
  ['foo{{bar}}zap', 4_015],
])('%j lives in slot %d', (name, slot) => {
  expect(hashSlot(name)).toBe(slot);
});

test('everything of a trip lives in one slot', () => {
  expect(new Set(['trip:{t-1}', 'track:{t-1}', 'live:{t-1}', 'city:trip:{t-1}'].map(hashSlot)).size).toBe(1);
});

test('a tag is found for any single slot, and none for no slot', () => {
  for (const slot of [0, 1, 12_182, SLOTS - 1]) expect(hashSlot(tagIn((one) => one === slot)!)).toBe(slot);
  expect(tagIn(() => false)).toBeUndefined();
});
