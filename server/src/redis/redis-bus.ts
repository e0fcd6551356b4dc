import type { Channel, Hearer, LiveBus, Unsubscribe } from '../bus/live-bus.ts';
import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';
import type { Subscriber } from './subscriber.ts';

export class RedisBus implements LiveBus {
  readonly #commands: RedisCommands;
  readonly #subscriber: Subscriber;
  readonly #names: Names;

  constructor(commands: RedisCommands, subscriber: Subscriber, names: Names) {
    this.#commands = commands;
    this.#subscriber = subscriber;
    this.#names = names;
  }

  subscribe(channel: Channel, hearer: Hearer): Promise<void> {
    return this.#subscriber.subscribe(this.#names.channel(channel), hearer);
  }

  unsubscribe(channel: Channel, hearer: Hearer): void {
    this.#subscriber.unsubscribe(this.#names.channel(channel), hearer);
  }

  publish(channel: Channel, message: string | Uint8Array): Promise<number> {
    const payload =
      typeof message === 'string'
        ? message
        : Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    return this.#commands.send<number>('SPUBLISH', this.#names.channel(channel), payload);
  }

  onResubscribed(listener: () => void): Unsubscribe {
    return this.#subscriber.onResubscribed(listener);
  }
}
