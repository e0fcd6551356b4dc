import { beforeEach, expect, test } from '@jest/globals';
import { BackendUnavailable } from '../../src/backend.ts';
import { redisNames } from '../../src/redis/names.ts';
import { RedisNodeRegistry } from '../../src/redis/redis-node-registry.ts';
import { SteppedClock } from '../live/stepped-clock.ts';

const LOAD = { followers: 0, drivers: 0, draining: false };
const SECOND_MS = 1_000;

let clock: SteppedClock;
let isAway: boolean;
/** Until when each key is there. */
let keys: Map<string, number>;
let here: RedisNodeRegistry;
let there: RedisNodeRegistry;

beforeEach(() => {
  clock = new SteppedClock();
  isAway = false;
  keys = new Map();
  const commands = {
    async send<Reply>(command: string, key: string, ...args: (string | Buffer)[]): Promise<Reply> {
      if (isAway) throw new BackendUnavailable('away');
      if (command === 'SET') keys.set(key, clock.now() + Number(args[2]));
      return Number((keys.get(key) ?? 0) > clock.now()) as Reply;
    },
  };
  const registry = () => new RedisNodeRegistry(commands, redisNames(''), () => clock.monotonic());
  [here, there] = [registry(), registry()];
});

/** So much time passes; both nodes announce themselves as nodes do, `here` a moment before `there`. */
async function live(seconds: number, isThere: boolean): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.step(SECOND_MS);
    if (clock.now() % (3 * SECOND_MS) === 0) await here.announce('here', LOAD).catch(() => {});
    if (isThere && clock.now() % (3 * SECOND_MS) === SECOND_MS) {
      await there.announce('there', LOAD).catch(() => {});
    }
  }
}

test('[P4] a node that announces itself no longer is gone after 10 s', async () => {
  await live(10, true);
  expect(await here.isAlive('there')).toBe(true);
  await live(11, false);
  expect(await here.isAlive('there')).toBe(false);
});

test.each([8, 12, 60])(
  '[P9] a Redis that is away for %i s makes no node seem gone that is there',
  async (seconds) => {
    await live(10, true);
    isAway = true;
    await live(seconds, true);
    isAway = false;
    for (let second = 0; second < 10; second++) {
      expect(await here.isAlive('there')).toBe(true);
      expect(await there.isAlive('here')).toBe(true);
      await live(1, true);
    }
  },
);

test('[P4] nor does it make one live on that has died meanwhile', async () => {
  await live(10, true);
  isAway = true;
  await live(60, false);
  isAway = false;
  await live(10, false);
  expect(await here.isAlive('there')).toBe(false);
});
