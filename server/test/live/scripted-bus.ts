import type { Channel, Hearer, LiveBus, Unsubscribe } from '../../src/bus/live-bus.ts';

/** A bus on which nothing is heard but what a test says. What is published is kept. */
export class ScriptedBus implements LiveBus {
  readonly published: { channel: Channel; message: string | Uint8Array }[] = [];
  readonly #hearers = new Map<Channel, Set<Hearer>>();

  async subscribe(channel: Channel, hearer: Hearer): Promise<void> {
    const hearers = this.#hearers.get(channel) ?? new Set();
    this.#hearers.set(channel, hearers.add(hearer));
  }

  unsubscribe(channel: Channel, hearer: Hearer): void {
    this.#hearers.get(channel)?.delete(hearer);
  }

  async publish(channel: Channel, message: string | Uint8Array): Promise<number> {
    this.published.push({ channel, message });
    return this.#hearers.get(channel)?.size ?? 0;
  }

  onResubscribed(): Unsubscribe {
    return () => {};
  }

  /** Whoever listens there hears this now; the bytes are overwritten afterwards, as a bus may do. */
  say(channel: Channel, message: string | Uint8Array): void {
    const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : message.slice();
    for (const hearer of this.#hearers.get(channel) ?? []) hearer.hear(bytes);
    bytes.fill(0xff);
  }
}
