import { CommandConnection } from './command-connection.ts';
import { type EndpointOf, type LayoutSource, latestOpinion, type Master, type SlotRange } from './layout.ts';
import { nameOf, type ServerAddress } from './redis-url.ts';
import { type Endpoint, RespClient } from './resp/client.ts';

/** How many servers are asked at once: one may be frozen, another out of date. */
const ASKED_AT_ONCE = 3;

/** A slot range in CLUSTER SLOTS: the master first, then its replicas that have not failed. */
type SlotsEntry = [
  from: number,
  to: number,
  master: [host: Buffer | null, port: number, ...rest: unknown[]],
  ...unknown[],
];

interface Opinion {
  readonly masters: readonly Master[];
  readonly epoch: number;
}

/**
 * Asks some servers of a Cluster who has which slots and believes the one of the latest epoch: whoever was frozen or cut
 * off has not heard of the elections since (Redis Cluster specification, "Current epoch").
 */
export function clusterLayout(options: {
  seeds: readonly ServerAddress[];
  endpointOf: EndpointOf;
  replyDeadlineMs: number;
}): LayoutSource {
  const { seeds, endpointOf, replyDeadlineMs } = options;
  let turn = 0;

  const strangers = new Set<CommandConnection>();

  /** Asks over a connection of its own. */
  async function askStranger(address: ServerAddress): Promise<Opinion> {
    const { connection, ready } = open(endpointOf(address), replyDeadlineMs);
    strangers.add(connection);
    try {
      await ready;
      return await ask(connection, address);
    } finally {
      strangers.delete(connection);
      connection.close();
    }
  }

  return {
    async find(known, hint) {
      const usable = known.filter(({ commands }) => commands.isConnected);
      turn++;
      const some = usable.map((_, index) => usable[(index + turn) % usable.length]!).slice(0, ASKED_AT_ONCE);
      const asked = some.map((server) => ask(server.commands, server));
      if (hint && !some.some((server) => nameOf(server) === nameOf(hint))) asked.push(askStranger(hint));
      const opinion = await latestOpinion(asked).catch(() => latestOpinion(seeds.map(askStranger)));
      return opinion.masters;
    },
    close() {
      for (const connection of strangers) connection.close();
    },
  };
}

async function ask(connection: CommandConnection, asked: ServerAddress): Promise<Opinion> {
  const [slots, info] = await Promise.all([
    connection.send<SlotsEntry[]>('CLUSTER', 'SLOTS'),
    connection.send<Buffer | string>('CLUSTER', 'INFO'),
  ]);
  const masters = new Map<string, { address: ServerAddress; slots: SlotRange[]; liveReplicas: number }>();
  for (const [from, to, [host, port], ...replicas] of slots) {
    // A server that does not know its own name is meant where it was asked.
    const address = { host: String(host ?? '') || asked.host, port };
    const name = nameOf(address);
    const master = masters.get(name) ?? { address, slots: [], liveReplicas: replicas.length };
    masters.set(name, master);
    master.slots.push([from, to]);
  }
  if (masters.size === 0) throw new Error(`${nameOf(asked)} knows no slots`);
  return {
    masters: Array.from(masters.values(), ({ address, ...rest }) => ({
      ...address,
      ...rest,
      candidates: undefined,
    })),
    epoch: Number(/^cluster_current_epoch:(\d+)/m.exec(String(info))?.[1] ?? 0),
  };
}

function open(
  endpoint: Endpoint,
  deadlineMs: number,
): { connection: CommandConnection; ready: Promise<void> } {
  let connection!: CommandConnection;
  const ready = new Promise<void>((resolve, reject) => {
    const deadline = setTimeout(
      () => reject(new Error(`Redis at ${nameOf(endpoint)}: ${connection.trouble}`)),
      deadlineMs,
    );
    connection = new CommandConnection({
      createClient: (events) => new RespClient(endpoint, events),
      replyDeadlineMs: deadlineMs,
      onReady: () => {
        clearTimeout(deadline);
        resolve();
      },
      onClose: () => {
        clearTimeout(deadline);
        reject(new Error('closed'));
      },
    });
  });
  return { connection, ready };
}
