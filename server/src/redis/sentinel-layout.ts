import { CommandConnection } from './command-connection.ts';
import { ALL_SLOTS, type LayoutSource, latestOpinion, type Master } from './layout.ts';
import { nameOf } from './redis-url.ts';
import { type Endpoint, RespClient } from './resp/client.ts';

/** What a sentinel has said of a master's replicas holds for this long after it was last heard, ms. */
const OPINION_HOLDS_MS = 10_000;

/**
 * Asks all sentinels who the master is and believes the one of the latest configuration epoch: a sentinel that was away
 * may still name the old one (Redis Sentinel, "Configuration epochs"). Of its replicas it believes the one that sees most of
 * them: whichever of the sentinels leads the next failover chooses among those that it sees itself.
 */
export function sentinelLayout(options: {
  sentinels: readonly Endpoint[];
  masterName: string;
  replyDeadlineMs: number;
}): LayoutSource {
  const { sentinels, masterName, replyDeadlineMs } = options;
  const connections = sentinels.map(
    (endpoint) =>
      new CommandConnection({ createClient: (events) => new RespClient(endpoint, events), replyDeadlineMs }),
  );
  const heard = new Map<CommandConnection, { opinion: Opinion; at: number }>();
  return {
    async find() {
      const asked = connections.map(async (connection) => {
        const opinion = await ask(connection, masterName);
        heard.set(connection, { opinion, at: performance.now() });
        return opinion;
      });
      const { master } = await latestOpinion(asked);
      const since = performance.now() - OPINION_HOLDS_MS;
      const ofIt = [...heard.values()].filter(
        ({ opinion, at }) => at > since && nameOf(opinion.master) === nameOf(master),
      );
      const most = (count: 'liveReplicas' | 'candidates') =>
        Math.max(...ofIt.map(({ opinion }) => opinion.master[count] ?? 0));
      return [{ ...master, liveReplicas: most('liveReplicas'), candidates: most('candidates') }];
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
}

/**
 * Flags of a replica that is not there. One that is only `disconnected` may be: sentinels lose their connection to a replica
 * for a moment as they promote it, and have none yet to those of a master that they have just made.
 */
const DOWN = /s_down|o_down/;

interface Opinion {
  readonly master: Master;
  readonly epoch: number;
}

async function ask(connection: CommandConnection, masterName: string): Promise<Opinion> {
  if (!connection.isConnected) throw new Error(`Sentinel: ${connection.trouble}`);
  const [address, about, replicas] = await Promise.all([
    // In the last part of a failover only this one names the new master.
    connection.send<[Buffer, Buffer] | null>('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName),
    connection.send<unknown>('SENTINEL', 'MASTER', masterName),
    connection.send<unknown[]>('SENTINEL', 'REPLICAS', masterName),
  ]);
  if (!address) throw new Error(`the sentinels know no master "${masterName}"`);
  const [host, port] = address.map(String) as [string, string];
  const liveReplicas = replicas.filter((replica) => !DOWN.test(fieldOf(replica, 'flags'))).length;
  const candidates = replicas.filter(mayBePromoted).length;
  return {
    master: { host, port: Number(port), slots: ALL_SLOTS, liveReplicas, candidates },
    epoch: Number(fieldOf(about, 'config-epoch')),
  };
}

/**
 * Sentinels choose by what they last heard, up to 10 s ago, and have the master run on while they promote another: any of
 * these may be taken, whatever the others have confirmed (sentinel.c, sentinelSelectSlave).
 */
function mayBePromoted(replica: unknown): boolean {
  return !DOWN.test(fieldOf(replica, 'flags')) && fieldOf(replica, 'master-link-status') === 'ok';
}

/** A value in a reply of names and values: a map, or in turn. */
function fieldOf(reply: unknown, name: string): string {
  if (!Array.isArray(reply)) return String((reply as Record<string, unknown>)[name] ?? '');
  const index = reply.findIndex((entry, position) => position % 2 === 0 && String(entry) === name);
  return index < 0 ? '' : String(reply[index + 1]);
}
