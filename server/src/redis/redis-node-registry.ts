import type { NodeLoad, NodeRegistry } from '../bus/node-registry.ts';
import { NODE_GONE_AFTER_MS } from '../bus/node-registry.ts';
import type { RedisCommands } from './commands.ts';
import type { Names } from './names.ts';

export class RedisNodeRegistry implements NodeRegistry {
  readonly #commands: RedisCommands;
  readonly #names: Names;

  constructor(commands: RedisCommands, names: Names) {
    this.#commands = commands;
    this.#names = names;
  }

  async announce(node: string, load: NodeLoad): Promise<void> {
    await this.#commands.send(
      'SET',
      this.#names.node(node),
      JSON.stringify(load),
      'PX',
      String(NODE_GONE_AFTER_MS),
    );
  }

  async isAlive(node: string): Promise<boolean> {
    return (await this.#commands.send<number>('EXISTS', this.#names.node(node))) === 1;
  }

  async withdraw(node: string): Promise<void> {
    await this.#commands.send('DEL', this.#names.node(node));
  }
}
