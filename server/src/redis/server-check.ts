import type { RedisCommands } from './commands.ts';

const OLDEST_MAJOR = 7;

/** What a Redis server's own description means for us. */
export interface ServerCheck {
  /** It cannot be used at all. */
  fault: string | undefined;
  /** It can be used, and promises less than it should. */
  warnings: string[];
}

/** Reads INFO. A server that does not let us read it is taken as it is. */
export async function checkServer(commands: RedisCommands): Promise<ServerCheck> {
  const reply = await commands.send<Buffer | string>('INFO');
  return judgeServer(reply.toString());
}

/** @param info the reply to INFO: `name:value` lines */
export function judgeServer(info: string): ServerCheck {
  const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const version = value('redis_version') ?? 'of an unknown version';
  const fault =
    Number.parseInt(version, 10) >= OLDEST_MAJOR
      ? undefined
      : `Redis 7 or later is needed (it has sharded channels), or Valkey; this one is ${version}`;

  const warnings: string[] = [];
  if (value('aof_enabled') === '0' && value('connected_slaves') === '0') {
    warnings.push(
      'Redis keeps no append-only file and has no replicas: fixes that were acknowledged are lost when it dies. Set `appendonly yes`',
    );
  }
  const policy = value('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `Redis throws keys away when its memory is full (${policy}). Set \`maxmemory-policy noeviction\``,
    );
  }
  return { fault, warnings };
}
