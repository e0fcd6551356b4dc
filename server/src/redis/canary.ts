import type { BackendFigures } from '../metrics/backend-figures.ts';
import type { CommandConnection } from './command-connection.ts';
import type { SubscriberConnection } from './subscriber-connection.ts';

type Subscriptions = Pick<SubscriberConnection, 'trouble' | 'hold' | 'drop' | 'rebuild'>;

/** Songs in a row that must go unheard before the subscriber counts as deaf. */
const MISSES = 3;

/**
 * Publishes through one server's connection for commands what it must hear through the one for subscriptions. A
 * subscriber that looks alive and hears nothing is rebuilt. A song that could not be published says nothing about it.
 */
export class Canary {
  readonly #commands: Pick<CommandConnection, 'send'>;
  readonly #subscriptions: Subscriptions;
  readonly #figures: BackendFigures;
  #channel: string | undefined;
  #sangAt = 0;
  #misses = 0;
  #isSinging = false;
  #isHeard = false;

  constructor(
    commands: Pick<CommandConnection, 'send'>,
    subscriptions: Subscriptions,
    figures: BackendFigures,
  ) {
    this.#commands = commands;
    this.#subscriptions = subscriptions;
    this.#figures = figures;
  }

  /** Sings on another channel: one in a slot of this server; `undefined` when it has none. */
  moveTo(channel: string | undefined): void {
    if (channel === this.#channel) return;
    if (this.#channel !== undefined) this.#subscriptions.drop(this.#channel);
    this.#channel = channel;
    this.#misses = 0;
    if (channel === undefined) return;
    this.#subscriptions.hold(channel, this);
  }

  /** Its song has come back. */
  hear(): void {
    this.#isHeard = true;
    if (this.#misses <= 1) this.#figures.canaryDelays.observe((performance.now() - this.#sangAt) / 1000);
    this.#misses = 0;
  }

  /** Call it every second. */
  tick(): void {
    if (this.#subscriptions.trouble !== undefined) {
      this.#misses = 0;
      return;
    }
    if (this.#misses > 0) this.#figures.canariesMissed.add();
    if (this.#misses >= MISSES) {
      this.#misses = 0;
      this.#figures.subscribersRebuilt.add();
      this.#subscriptions.rebuild(`nothing heard for ${MISSES} canaries`);
    } else if (!this.#isSinging && this.#channel !== undefined) void this.#sing(this.#channel);
  }

  async #sing(channel: string): Promise<void> {
    this.#isSinging = true;
    this.#isHeard = false;
    this.#sangAt = performance.now();
    try {
      await this.#commands.send('SPUBLISH', channel, 'canary');
      if (!this.#isHeard) this.#misses++; // its own connection may be the faster one
    } catch {
      // commands tell their own trouble
    }
    this.#isSinging = false;
  }
}
