import type { Backend } from '../../src/backend.ts';
import type { Channel, Hearer } from '../../src/bus/live-bus.ts';

/** Listens on a channel and keeps what it hears, in order. */
export class Ear implements Hearer {
  readonly #heard: Uint8Array[] = [];
  #wake = () => {};
  readonly unsubscribe: () => void;

  static async on(backend: Backend, channel: Channel): Promise<Ear> {
    const ear = new Ear(() => backend.bus.unsubscribe(channel, ear));
    await backend.bus.subscribe(channel, ear);
    return ear;
  }

  private constructor(unsubscribe: () => void) {
    this.unsubscribe = unsubscribe;
  }

  hear(message: Uint8Array): void {
    this.#heard.push(message.slice());
    this.#wake();
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
