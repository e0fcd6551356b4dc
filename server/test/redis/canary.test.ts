import { expect, test } from '@jest/globals';
import { BackendFigures } from '../../src/metrics/backend-figures.ts';
import { Canary } from '../../src/redis/canary.ts';

test('[P7] a canary that is heard before it is known to be sung was not missed', async () => {
  const figures = new BackendFigures();
  let hear = (_message: Uint8Array) => {};
  const rebuilt: string[] = [];
  const subscriptions = {
    trouble: undefined,
    hold: (_channel: string, listener: typeof hear) => {
      hear = listener;
    },
    drop() {},
    rebuild: (why: string) => void rebuilt.push(why),
  };
  const commands = {
    async send<Reply>(): Promise<Reply> {
      hear(new Uint8Array());
      await new Promise(setImmediate); // the reply comes later
      return 1 as Reply;
    },
  };
  const canary = new Canary(commands, subscriptions, figures);
  canary.moveTo('a channel');
  for (let ticks = 0; ticks < 10; ticks++) {
    canary.tick();
    await new Promise(setImmediate);
    await new Promise(setImmediate);
  }
  expect(figures.canariesMissed.value).toBe(0);
  expect(rebuilt).toEqual([]);
});
