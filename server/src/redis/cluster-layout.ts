import { CommandConnection } from './command-connection.ts';
import { createCommandClient } from './connection.ts';
import type { EndpointOf, LayoutSource, Master, SlotRange } from './layout.ts';
import { nameOf, type ServerAddress } from './redis-url.ts';

/** How many servers are asked at once: one may be frozen, another out of date. */
const ASKED_AT_ONCE = 3;
/** How long the others are waited for once one has answered, ms. */
const OTHERS_MS = 100;

/** A slot range in CLUSTER SLOTS: the master first, then its replicas. */
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

  async function askStranger(address: ServerAddress): Promise<Opinion> {
    const connection = await connected(endpointOf(address), replyDeadlineMs);
    try {
      return await ask(connection, address);
    } finally {
      connection.close();
    }
  }

  async function best(asked: Promise<Opinion>[]): Promise<Opinion | undefined> {
    const opinions: Opinion[] = [];
    const heard = asked.map(async (opinion) => opinions.push(await opinion));
    await Promise.any(heard).catch(() => {}); // nobody answers
    await Promise.race([Promise.allSettled(heard), pause(OTHERS_MS)]);
    return opinions.sort((a, b) => b.epoch - a.epoch)[0];
  }

  return {
    async find(known, hint) {
      const usable = known.filter(({ commands }) => commands.isConnected);
      turn++;
      const some = usable.map((_, index) => usable[(index + turn) % usable.length]!).slice(0, ASKED_AT_ONCE);
      const asked = some.map((server) => ask(server.commands, server));
      if (hint && !some.some((server) => nameOf(server) === nameOf(hint))) asked.push(askStranger(hint));
      const opinion = (await best(asked)) ?? (await best(seeds.map(askStranger)));
      return opinion?.masters;
    },
    close() {},
  };
}

async function ask(connection: CommandConnection, asked: ServerAddress): Promise<Opinion> {
  const [slots, info] = await Promise.all([
    connection.send<SlotsEntry[]>('CLUSTER', 'SLOTS'),
    connection.send<Buffer | string>('CLUSTER', 'INFO'),
  ]);
  const masters = new Map<string, { address: ServerAddress; slots: SlotRange[] }>();
  for (const [from, to, [host, port]] of slots) {
    // A server that does not know its own name is meant where it was asked.
    const address = { host: String(host ?? '') || asked.host, port };
    const name = nameOf(address);
    const master = masters.get(name) ?? { address, slots: [] };
    masters.set(name, master);
    master.slots.push([from, to]);
  }
  if (masters.size === 0) throw new Error(`${nameOf(asked)} knows no slots`);
  return {
    masters: Array.from(masters.values(), ({ address, slots }) => ({ ...address, slots })),
    epoch: Number(/^cluster_current_epoch:(\d+)/m.exec(String(info))?.[1] ?? 0),
  };
}

/** A connection of one's own, for a few questions. */
function connected(endpoint: ReturnType<EndpointOf>, deadlineMs: number): Promise<CommandConnection> {
  return new Promise((resolve, reject) => {
    const connection: CommandConnection = new CommandConnection({
      createClient: () => createCommandClient(endpoint),
      replyDeadlineMs: deadlineMs,
      onReady: () => {
        clearTimeout(deadline);
        resolve(connection);
      },
    });
    const deadline = setTimeout(() => {
      connection.close();
      reject(new Error(`${nameOf(endpoint)} does not answer`));
    }, deadlineMs);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
