import { type Fix, LIMITS } from '@tripcast/protocol';
import type { Ride } from './ride.ts';
import type { WireClient } from './wire-client.ts';

/** A driver as [A2] asks for: it keeps each fix until it is acknowledged, and sends what it has again, oldest first. */
export class FaithfulDriver {
  /** All that were ever sent, in order. */
  readonly sent: Fix[] = [];
  #acknowledgedBefore = 0;
  readonly #ride: Ride;
  #socket!: WireClient;

  private constructor(ride: Ride) {
    this.#ride = ride;
  }

  static async on(ride: Ride, url: string): Promise<FaithfulDriver> {
    const driver = new FaithfulDriver(ride);
    await driver.comeBack(url);
    return driver;
  }

  get socket(): WireClient {
    return this.#socket;
  }

  /** Times up to this one were acknowledged, ms. */
  get acknowledged(): number {
    return Math.max(this.#acknowledgedBefore, this.#socket.acknowledged);
  }

  get times(): number[] {
    return this.sent.map((fix) => fix.time);
  }

  send(fixes: readonly Fix[]): void {
    this.sent.push(...fixes);
    this.#socket.sendFixes(fixes);
  }

  /** A new connection, to this node. */
  async comeBack(url: string): Promise<void> {
    if (this.#socket) this.#acknowledgedBefore = this.acknowledged;
    this.#socket = await this.#ride.drive(url);
    const kept = this.sent.filter((fix) => fix.time > this.#acknowledgedBefore);
    for (let next = 0; next < kept.length; next += LIMITS.fixesPerMessage) {
      this.#socket.sendFixes(kept.slice(next, next + LIMITS.fixesPerMessage));
    }
  }

  /** Resolves when all that was sent is acknowledged. */
  async settled(): Promise<void> {
    const last = this.sent.at(-1)!.time;
    if (this.acknowledged < last) await this.#socket.acknowledgedUpTo(last);
  }
}
