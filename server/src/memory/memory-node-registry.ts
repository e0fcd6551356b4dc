import type { NodeLoad, NodeRegistry } from '../bus/node-registry.ts';
import { NODE_GONE_AFTER_MS } from '../bus/node-registry.ts';
import type { Clock } from '../clock.ts';

/** Knows one node: this one. */
export class MemoryNodeRegistry implements NodeRegistry {
  readonly #announcedAt = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async announce(node: string, _load: NodeLoad): Promise<void> {
    this.#announcedAt.set(node, this.#clock.now());
  }

  async isAlive(node: string): Promise<boolean> {
    const announcedAt = this.#announcedAt.get(node);
    return announcedAt !== undefined && this.#clock.now() - announcedAt < NODE_GONE_AFTER_MS;
  }

  async withdraw(node: string): Promise<void> {
    this.#announcedAt.delete(node);
  }
}
