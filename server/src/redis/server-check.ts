import type { CommandConnection } from './command-connection.ts';

const OLDEST_MAJOR = 7;
const PROMPT_SECONDS = 3;
const SECTIONS = ['server', 'memory', 'persistence', 'replication'];

/** What a Redis server's own description means for us. */
export interface ServerCheck {
  /** It cannot be used at all. */
  fault: string | undefined;
  /** It can be used, and promises less than it should. */
  warnings: string[];
  /** It takes no writes: another one is the master. */
  isReplica: boolean;
  /** How many follow it; one that still fetches everything does not count. */
  replicas: number;
  /** And of those, how many still say what they have: each does so every second. */
  promptReplicas: number;
  /** What time it is there, ms since the Unix epoch; `undefined` when it does not say. */
  timeMs: number | undefined;
}

export async function describeServer(connection: CommandConnection): Promise<ServerCheck> {
  const reply = await connection.send<Buffer | string>('INFO', ...SECTIONS);
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
  const { replicas, promptReplicas } = replicasIn(info);
  if (value('aof_enabled') === '0' && replicas === 0) {
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
  const microseconds = value('server_time_usec');
  const timeMs = microseconds === undefined ? undefined : Number(microseconds) / 1000;
  return { fault, warnings, isReplica: value('role') === 'slave', replicas, promptReplicas, timeMs };
}

/** @param info the reply to INFO, or its part about replication alone */
export function replicasIn(info: string): Pick<ServerCheck, 'replicas' | 'promptReplicas'> {
  const online = info.match(/^slave\d+:.*state=online.*$/gm) ?? [];
  const lagOf = (replica: string) => Number(/lag=(\d+)/.exec(replica)?.[1] ?? Number.POSITIVE_INFINITY);
  return {
    replicas: online.length,
    promptReplicas: online.filter((replica) => lagOf(replica) <= PROMPT_SECONDS).length,
  };
}
