import { expect, test } from '@jest/globals';
import type { Hearer } from '../../src/bus/live-bus.ts';
import { BackendFigures } from '../../src/metrics/backend-figures.ts';
import { Canary } from '../../src/redis/canary.ts';

test('[P7] a canary that is heard before it is known to be sung was not missed', async () => {
  const figures = new BackendFigures();
  let hearer: Hearer | undefined;
  const rebuilt: string[] = [];
  const subscriptions = {
    trouble: undefined,
    hold: (_channel: string, holder: Hearer) => {
      hearer = holder;
    },
    drop() {},
    rebuild: (why: string) => void rebuilt.push(why),
  };
  const commands = {
    async send<Reply>(): Promise<Reply> {
      hearer!.hear(new Uint8Array());
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
