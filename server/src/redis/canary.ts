import type { CommandConnection } from './command-connection.ts';
import type { SubscriberConnection } from './subscriber-connection.ts';

/** Songs in a row that must go unheard before the subscriber counts as deaf. */
const MISSES = 3;

/**
 * Publishes through one server's connection for commands what it must hear through the one for subscriptions. A
 * subscriber that looks alive and hears nothing is rebuilt. A song that could not be published says nothing about it.
 */
export class Canary {
  readonly #commands: CommandConnection;
  readonly #subscriptions: SubscriberConnection;
  #channel: string | undefined;
  #misses = 0;
  #isSinging = false;

  constructor(commands: CommandConnection, subscriptions: SubscriberConnection) {
    this.#commands = commands;
    this.#subscriptions = subscriptions;
  }

  /** Sings on another channel: one in a slot of this server; `undefined` when it has none. */
  moveTo(channel: string | undefined): void {
    if (channel === this.#channel) return;
    if (this.#channel !== undefined) this.#subscriptions.drop(this.#channel);
    this.#channel = channel;
    this.#misses = 0;
    if (channel === undefined) return;
    this.#subscriptions.hold(channel, () => {
      this.#misses = 0;
    });
  }

  /** Call it every second. */
  tick(): void {
    if (this.#subscriptions.trouble !== undefined) this.#misses = 0;
    else if (this.#misses >= MISSES) {
      this.#misses = 0;
      this.#subscriptions.rebuild(`nothing heard for ${MISSES} canaries`);
    } else if (!this.#isSinging && this.#channel !== undefined) void this.#sing(this.#channel);
  }

  async #sing(channel: string): Promise<void> {
    this.#isSinging = true;
    try {
      await this.#commands.send('SPUBLISH', channel, 'canary');
      this.#misses++;
    } catch {
      // commands tell their own trouble
    }
    this.#isSinging = false;
  }
}
