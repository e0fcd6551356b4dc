import { isUnknownScript, redirection } from './redis-errors.ts';
import type { RedisServers } from './redis-servers.ts';
import type { Script } from './scripts/script.ts';
import type { Shard } from './shard.ts';

type Argument = string | Buffer;

/** A slot that moves while we follow it is found after one or two; more would be a circle. */
const MOST_REDIRECTIONS = 5;

/**
 * Sends each command to the server that keeps its key, and after it when the key has moved. Whatever keeps Redis from
 * answering rejects with `BackendUnavailable`; nothing waits for better times.
 */
export class RedisCommands {
  readonly #servers: RedisServers;

  constructor(servers: RedisServers) {
    this.#servers = servers;
  }

  /** @returns the reply: strings as `Buffer`, integers as `number`, nothing as `null` */
  send<Reply>(command: string, key: string, ...args: Argument[]): Promise<Reply> {
    return this.#atServerOf(key, (_, send) => send(command, key, ...args));
  }

  /** As `send`; resolves when a replica has it too, where there is one. */
  sendDurably<Reply>(command: string, key: string, ...args: Argument[]): Promise<Reply> {
    return this.#atServerOf(key, async (shard, send) => {
      const reply = await send<Reply>(command, key, ...args);
      await shard.confirmSoon();
      return reply;
    });
  }

  /** Runs a script by its digest; sends it whole when its server has not seen it. */
  run<Reply>(script: Script, keys: [string, ...string[]], args: Argument[]): Promise<Reply> {
    return this.#atServerOf(keys[0], (_, send) => runWith(send, script, keys, args));
  }

  /** As `run`; resolves when a replica has everything too that it wrote, or found written, where there is one. */
  runDurably<Reply>(script: Script, keys: [string, ...string[]], args: Argument[]): Promise<Reply> {
    return this.#atServerOf(keys[0], async (shard, send) => {
      const reply = await runWith<Reply>(send, script, keys, args);
      await shard.confirmSoon();
      return reply;
    });
  }

  /**
   * As `runDurably`, in two steps: resolves as soon as it is written; `kept` when a replica has it, however long that takes;
   * it is `undefined` where there is none. It rejects with `BackendUnavailable` when what was written may be gone with its
   * server: to be run again. Whoever does not wait for it need not mind.
   */
  runThenKeep<Reply>(
    script: Script,
    keys: [string, ...string[]],
    args: Argument[],
  ): Promise<{ reply: Reply; kept: Promise<void> | undefined }> {
    return this.#atServerOf(keys[0], async (shard, send) => {
      const reply = await runWith<Reply>(send, script, keys, args);
      const kept = shard.confirm();
      kept?.catch(() => {});
      return { reply, kept };
    });
  }

  /** Keys of one group may be given to one script. */
  groupOf(key: string): number {
    return this.#servers.groupOf(key);
  }

  /** All keys that match, of all servers, in small pages: SCAN never holds Redis up. A key may come twice. */
  async *scan(pattern: string): AsyncGenerator<string[]> {
    for (const { commands } of this.#servers.all) {
      let cursor = '0';
      do {
        const page = ['MATCH', pattern, 'COUNT', '200'];
        const [next, keys] = await commands.send<[Buffer, Buffer[]]>('SCAN', cursor, ...page);
        cursor = next.toString();
        yield keys.map((key) => key.toString());
      } while (cursor !== '0');
    }
  }

  async #atServerOf<Result>(
    key: string,
    work: (shard: Shard, send: Send) => Promise<Result>,
  ): Promise<Result> {
    let shard = this.#servers.shardOf(key);
    let send: Send = shard.send;
    for (let redirections = 0; ; redirections++) {
      try {
        return await work(shard, send);
      } catch (error) {
        const elsewhere = redirection(error);
        if (!elsewhere || redirections === MOST_REDIRECTIONS) throw error;
        shard = await this.#servers.follow(elsewhere, shard);
        send = elsewhere.kind === 'ASK' ? shard.sendAsking : shard.send;
      }
    }
  }
}

export type Send = <Reply>(command: string, ...args: Argument[]) => Promise<Reply>;

async function runWith<Reply>(send: Send, script: Script, keys: string[], args: Argument[]): Promise<Reply> {
  const rest = [String(keys.length), ...keys, ...args];
  try {
    return await send<Reply>('EVALSHA', script.sha1, ...rest);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return send<Reply>('EVAL', script.source, ...rest);
  }
}
