import type { Channel, LiveBus, Unsubscribe } from '../../src/bus/live-bus.ts';

type Listener = (message: Uint8Array) => void;

/** A bus on which nothing is heard but what a test says. What is published is kept. */
export class ScriptedBus implements LiveBus {
  readonly published: { channel: Channel; message: string | Uint8Array }[] = [];
  readonly #listeners = new Map<Channel, Set<Listener>>();

  async subscribe(channel: Channel, listener: Listener): Promise<Unsubscribe> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  async publish(channel: Channel, message: string | Uint8Array): Promise<number> {
    this.published.push({ channel, message });
    return this.#listeners.get(channel)?.size ?? 0;
  }

  onResubscribed(): Unsubscribe {
    return () => {};
  }

  /** Whoever listens there hears this now. */
  say(channel: Channel, message: string | Uint8Array): void {
    const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : message;
    for (const listener of this.#listeners.get(channel) ?? []) listener(bytes);
  }
}
