import type { Backend } from '../../src/backend.ts';
import type { Channel, Unsubscribe } from '../../src/bus/live-bus.ts';

/** Listens on a channel and keeps what it hears, in order. */
export class Ear {
  readonly #heard: Uint8Array[] = [];
  #wake = () => {};
  unsubscribe: Unsubscribe = () => {};

  static async on(backend: Backend, channel: Channel): Promise<Ear> {
    const ear = new Ear();
    ear.unsubscribe = await backend.bus.subscribe(channel, (message) => {
      ear.#heard.push(message);
      ear.#wake();
    });
    return ear;
  }

  /** The next message that was not taken yet. */
  async next(): Promise<Uint8Array> {
    while (this.#heard.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#heard.shift()!;
  }

  async nextText(): Promise<string> {
    return new TextDecoder().decode(await this.next());
  }

  async nextJson(): Promise<unknown> {
    return JSON.parse(await this.nextText());
  }
}
