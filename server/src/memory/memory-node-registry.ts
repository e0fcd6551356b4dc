import type { NodeLoad, NodeRegistry } from '../bus/node-registry.ts';
import { NODE_GONE_AFTER_MS } from '../bus/node-registry.ts';
import type { Clock } from '../clock.ts';

/** Knows one node: this one. */
export class MemoryNodeRegistry implements NodeRegistry {
  readonly #announced = new Map<string, { at: number; load: NodeLoad }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async announce(node: string, load: NodeLoad): Promise<void> {
    this.#announced.set(node, { at: this.#clock.now(), load });
  }

  async isAlive(node: string): Promise<boolean> {
    return (await this.loads()).has(node);
  }

  async loads(): Promise<ReadonlyMap<string, NodeLoad>> {
    const goneBefore = this.#clock.now() - NODE_GONE_AFTER_MS;
    const there = [...this.#announced].filter(([, { at }]) => at > goneBefore);
    return new Map(there.map(([node, { load }]) => [node, load]));
  }

  async withdraw(node: string): Promise<void> {
    this.#announced.delete(node);
  }
}
