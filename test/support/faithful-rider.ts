import { setTimeout as pause } from 'node:timers/promises';
import { longestFairGapMs } from './fair-time.ts';
import type { Ride } from './ride.ts';
import type { Heard, Offer, WireClient } from './wire-client.ts';

const INSIST_MS = 30_000;

/** A follower over all of its connections, as [S1] asks for: it comes back with the time of the last fix that it has. */
export class FaithfulRider {
  readonly #before: Heard[] = [];
  readonly #ride: Ride;
  readonly #offer: Offer;
  #socket: WireClient | undefined;

  constructor(ride: Ride, offer: Offer = {}) {
    this.#ride = ride;
    this.#offer = offer;
  }

  static async on(ride: Ride, url: string): Promise<FaithfulRider> {
    const rider = new FaithfulRider(ride);
    await rider.comeBack(url);
    return rider;
  }

  get isAway(): boolean {
    return this.#socket?.isClosed ?? true;
  }

  get socket(): WireClient {
    return this.#socket!;
  }

  /** All that was heard on all connections, in order. */
  get heard(): readonly Heard[] {
    return [...this.#before, ...(this.#socket?.heard.seen ?? [])];
  }

  get times(): number[] {
    return this.heard.flatMap((item) => (item.kind === 'fixes' ? item.times : []));
  }

  leave(): void {
    this.#socket?.drop();
  }

  /** A new connection, to this node. */
  async comeBack(url: string): Promise<void> {
    this.#before.push(...(this.#socket?.heard.seen ?? []));
    this.#socket = undefined;
    this.#socket = await this.#ride.follow(url, { ...this.#offer, since: this.times.at(-1) ?? 0 });
  }

  async hasHeard(count: number): Promise<void> {
    await this.#socket!.heard.untilAll(`${count} fixes`, () => this.times.length >= count);
  }

  /** The longest fair time without a fix, from the first one to `untilMs` by `performance.now()`. */
  longestGapMs(untilMs: number): number {
    const at = this.heard.flatMap((item) => (item.kind === 'fixes' ? [item.at] : []));
    return longestFairGapMs([...at, Math.max(untilMs, at.at(-1)!)]);
  }
}

/** Tries until it works: nodes and Redis may be away for a moment. */
export async function insist(attempt: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + INSIST_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause(50);
    }
  }
}
