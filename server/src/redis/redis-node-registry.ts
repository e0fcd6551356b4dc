import type { NodeLoad, NodeRegistry } from '../bus/node-registry.ts';
import { NODE_ANNOUNCE_EVERY_MS, NODE_GONE_AFTER_MS } from '../bus/node-registry.ts';
import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';

/** Announcements that failed for this long: those of other nodes have failed, too, and are forgotten by now or soon, ms. */
const LAPSED_AFTER_MS = NODE_GONE_AFTER_MS - NODE_ANNOUNCE_EVERY_MS;
/** After such a time every node that lives has announced itself again, ms. */
const ALL_BACK_AFTER_MS = NODE_ANNOUNCE_EVERY_MS + 2_000;

export class RedisNodeRegistry implements NodeRegistry {
  readonly #commands: Pick<RedisCommands, 'send'>;
  readonly #names: Names;
  readonly #monotonic: () => number;
  /** When this node was last announced. */
  #announcedAt: number | undefined;
  /** Until then a node that is not there may just not have come back to say so. */
  #doubtUntil = Number.NEGATIVE_INFINITY;

  /** @param monotonic ms */
  constructor(commands: Pick<RedisCommands, 'send'>, names: Names, monotonic = () => performance.now()) {
    this.#commands = commands;
    this.#names = names;
    this.#monotonic = monotonic;
  }

  async announce(node: string, load: NodeLoad): Promise<void> {
    await this.#commands.send(
      'SET',
      this.#names.node(node),
      JSON.stringify(load),
      'PX',
      String(NODE_GONE_AFTER_MS),
    );
    await this.#commands.send('SADD', this.#names.nodes, node);
    if (this.#hasLapsed) this.#doubt();
    this.#announcedAt = this.#monotonic();
  }

  /** After an outage that outlasted announcements, nobody is gone who may just be about to announce itself. */
  async isAlive(node: string): Promise<boolean> {
    try {
      if ((await this.#commands.send<number>('EXISTS', this.#names.node(node))) === 1) return true;
    } catch (error) {
      this.#doubt(); // its announcements may go to another server than ours, and have failed alone
      throw error;
    }
    return this.#hasLapsed || this.#monotonic() < this.#doubtUntil;
  }

  #doubt(): void {
    this.#doubtUntil = this.#monotonic() + ALL_BACK_AFTER_MS;
  }

  get #hasLapsed(): boolean {
    return this.#announcedAt !== undefined && this.#monotonic() - this.#announcedAt > LAPSED_AFTER_MS;
  }

  async loads(): Promise<ReadonlyMap<string, NodeLoad>> {
    const members = await this.#commands.send<Buffer[]>('SMEMBERS', this.#names.nodes);
    const found = await Promise.all(
      members.map(async (member) => {
        const node = member.toString();
        return [node, await this.#commands.send<Buffer | null>('GET', this.#names.node(node))] as const;
      }),
    );
    const loads = new Map<string, NodeLoad>();
    for (const [node, text] of found) {
      if (text) loads.set(node, JSON.parse(text.toString()) as NodeLoad);
      else await this.#commands.send('SREM', this.#names.nodes, node); // if it lives, its next announcement brings it back
    }
    return loads;
  }

  async withdraw(node: string): Promise<void> {
    await this.#commands.send('DEL', this.#names.node(node));
    await this.#commands.send('SREM', this.#names.nodes, node);
  }
}
