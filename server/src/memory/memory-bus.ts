import type { Channel, LiveBus, Unsubscribe } from '../bus/live-bus.ts';

const encoder = new TextEncoder();

/** The live bus of a node that is alone. Listeners are called after the publisher's own step, in publishing order. */
export class MemoryBus implements LiveBus {
  readonly #listeners = new Map<Channel, Set<(message: Uint8Array) => void>>();

  async subscribe(channel: Channel, listener: (message: Uint8Array) => void): Promise<Unsubscribe> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(channel) === listeners) this.#listeners.delete(channel);
    };
  }

  async publish(channel: Channel, message: string | Uint8Array): Promise<number> {
    return this.deliver(channel, message);
  }

  /** As `publish`, but tells at once. Who stores and publishes in one step needs that. */
  deliver(channel: Channel, message: string | Uint8Array): number {
    const listeners = this.#listeners.get(channel);
    if (!listeners) return 0;
    const bytes = typeof message === 'string' ? encoder.encode(message) : message;
    queueMicrotask(() => {
      for (const listener of [...listeners]) listener(bytes);
    });
    return 1; // this node
  }

  onResubscribed(): Unsubscribe {
    return () => {}; // memory never breaks
  }

  close(): void {
    this.#listeners.clear();
  }
}
