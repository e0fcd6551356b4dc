import { expect, test } from '@jest/globals';
import { reconnectDelayMs } from '../../src/redis/connection.ts';

test('attempts to reconnect are spread, slow down, and never pause for more than a second', () => {
  const delays = (random: number) =>
    [0, 1, 2, 5, 1_000].map((attempt) => reconnectDelayMs(attempt, () => random));
  expect(delays(0)).toEqual([25, 50, 100, 500, 500]);
  expect(delays(0.999_999)).toEqual([50, 100, 200, 1_000, 1_000]);
});
