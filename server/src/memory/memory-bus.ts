import type { Channel, Hearer, LiveBus, Unsubscribe } from '../bus/live-bus.ts';

const encoder = new TextEncoder();

/** The live bus of a node that is alone. Hearers hear after the publisher's own step, in publishing order. */
export class MemoryBus implements LiveBus {
  /** Replaced when one comes or goes: whoever goes through them is not disturbed. */
  readonly #hearers = new Map<Channel, readonly Hearer[]>();

  async subscribe(channel: Channel, hearer: Hearer): Promise<void> {
    const there = this.#hearers.get(channel);
    this.#hearers.set(channel, there ? [...there, hearer] : [hearer]);
  }

  unsubscribe(channel: Channel, hearer: Hearer): void {
    const left = this.#hearers.get(channel)?.filter((one) => one !== hearer) ?? [];
    if (left.length > 0) this.#hearers.set(channel, left);
    else this.#hearers.delete(channel);
  }

  async publish(channel: Channel, message: string | Uint8Array): Promise<number> {
    return this.deliver(channel, message);
  }

  /** As `publish`, but tells at once. Who stores and publishes in one step needs that. */
  deliver(channel: Channel, message: string | Uint8Array): number {
    if (!this.#hearers.has(channel)) return 0;
    const bytes = typeof message === 'string' ? encoder.encode(message) : message;
    queueMicrotask(() => {
      for (const hearer of this.#hearers.get(channel) ?? []) hearer.hear(bytes);
    });
    return 1; // this node
  }

  onResubscribed(): Unsubscribe {
    return () => {}; // memory never breaks
  }

  close(): void {
    this.#hearers.clear();
  }
}
