import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { Channel } from '../../src/bus/live-bus.ts';
import type { World } from './describe-backend.ts';
import { Ear } from './ear.ts';

/** What every `LiveBus` promises. */
export function liveBusContract(world: () => World): void {
  test('messages come in publishing order, text and bytes, and count the nodes that heard them', async () => {
    const { backend } = world();
    const channel = aChannel();
    expect(await backend.bus.publish(channel, 'nobody')).toBe(0);
    const ear = await Ear.on(backend, channel);
    const published = Array.from({ length: 50 }, (_, index) => backend.bus.publish(channel, `m${index}`));
    expect(await Promise.all(published)).toEqual(Array(50).fill(1));
    for (let index = 0; index < 50; index++) expect(await ear.nextText()).toBe(`m${index}`);

    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await backend.bus.publish(channel, bytes.subarray(3));
    expect([...(await ear.next())]).toEqual([...bytes.subarray(3)]);
  });

  test('each listener of a channel hears each message, and only its own channel', async () => {
    const { backend } = world();
    const [channel, other] = [aChannel(), aChannel()];
    const ears = await Promise.all([
      Ear.on(backend, channel),
      Ear.on(backend, channel),
      Ear.on(backend, other),
    ]);
    expect(await backend.bus.publish(channel, 'both')).toBe(1); // one node
    await backend.bus.publish(other, 'the third');
    expect(await Promise.all(ears.map((ear) => ear.nextText()))).toEqual(['both', 'both', 'the third']);
  });

  test('a channel is heard until its last listener has gone', async () => {
    const { backend } = world();
    const channel = aChannel();
    const [first, second] = await Promise.all([Ear.on(backend, channel), Ear.on(backend, channel)]);
    first.unsubscribe();
    first.unsubscribe(); // may be called twice
    await backend.bus.publish(channel, 'for the second');
    expect(await second.nextText()).toBe('for the second');

    second.unsubscribe();
    const fence = await Ear.on(backend, aChannel()); // what was asked for before has been done when this is confirmed
    expect(await backend.bus.publish(channel, 'for nobody')).toBe(0);
    fence.unsubscribe();
    const third = await Ear.on(backend, channel);
    await backend.bus.publish(channel, 'for the third');
    expect(await third.nextText()).toBe('for the third');
  });

  test('who leaves and comes back in quick succession is subscribed', async () => {
    const { backend } = world();
    const channel = aChannel();
    let ear = await Ear.on(backend, channel);
    for (let round = 0; round < 20; round++) {
      ear.unsubscribe();
      if (round % 2) await new Promise((resolve) => setImmediate(resolve)); // the departure is on its way
      ear = await Ear.on(backend, channel);
      expect(await backend.bus.publish(channel, `round ${round}`)).toBe(1);
      expect(await ear.nextText()).toBe(`round ${round}`);
    }
  });

  test('two thousand channels at once', async () => {
    const { backend } = world();
    const channels = Array.from({ length: 2_000 }, aChannel);
    const ears = await Promise.all(channels.map((channel) => Ear.on(backend, channel)));
    const counts = await Promise.all(channels.map((channel) => backend.bus.publish(channel, channel)));
    expect(counts.every((count) => count === 1)).toBe(true);
    expect(await Promise.all(ears.map((ear) => ear.nextText()))).toEqual(channels);
    for (const ear of ears) ear.unsubscribe();
  });

  function aChannel(): Channel {
    return `live:{${randomUUID()}}`;
  }
}
