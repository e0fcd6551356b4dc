// Minutes of faults, seen from outside: clients that know DESIGN.md and nothing of ours drive and follow while nodes and Redis
// are killed, frozen and replaced. Afterwards what drivers were acknowledged is compared with what every follower holds.
import { setTimeout as pause } from 'node:timers/promises';
import type { RedisCluster } from '../../../server/test/contract/redis-cluster.ts';
import type { RedisSentinels } from '../../../server/test/contract/redis-sentinels.ts';
import type { RedisServer } from '../../../server/test/contract/redis-server.ts';
import { eventually } from '../eventually.ts';
import { GatewayProcess } from '../gateway-process.ts';
import { between, seededRandom } from '../random.ts';
import { SECRET } from '../tokens.ts';
import { OutsideDriver } from './outside-driver.ts';
import { OutsideFollower } from './outside-follower.ts';
import { type CarTrip, type Door, Town } from './town.ts';

export interface ChaosPlan {
  seed: number;
  seconds: number;
  trips: number;
  followers: number;
}

/** Something that goes wrong. Resolves when it is over. */
type Trouble = [name: string, happen: () => Promise<unknown>];

export interface ChaosOutcome {
  /** What was promised and not kept, in words. */
  violations: string[];
  /** Fixes that drivers were acknowledged and that the track doesn't have. */
  lost: string[];
  /** Followers whose fixes are not those of the track. */
  wrong: string[];
  /** Followers that don't know whether their driver is there. */
  misled: string[];
  acknowledged: number;
  delivered: number;
  troubles: Record<string, number>;
}

const NODES = 3;
/** The users of `deploy/redis/users.acl` may touch nothing else in these tests. */
const PREFIX = 'test-chaos:';
const TICK_MS = 100;
const MEASURE_EVERY_MS = 250;
/** Between two troubles, ms. */
const PEACE_MS: [number, number] = [200, 3_000];
/** When all is well again, everything is where it belongs after this at the latest, ms. */
const HEALED_WITHIN_MS = 30_000;
const GHOST_GONE_WITHIN_MS = 16_000;

/** @param redis what the nodes share, with what can happen to it */
export async function chaos(
  plan: ChaosPlan,
  redis: { url: string; troubles: (random: () => number) => Trouble[]; heal: () => Promise<unknown> },
): Promise<ChaosOutcome> {
  const random = seededRandom(plan.seed);
  const town = new Town(seededRandom(plan.seed + 1), SECRET);
  const city = await Nodes.start(redis.url, random);
  town.doors = city.doors;
  const troubles: Record<string, number> = {};
  let timers: NodeJS.Timeout[] = [];
  try {
    const trips: CarTrip[] = [];
    for (let car = 0; car < plan.trips; car++) trips.push(await town.newTrip(car));
    const drivers = trips.map((trip) => new OutsideDriver(town, trip));
    const followers = Array.from(
      { length: plan.followers },
      (_, index) => new OutsideFollower(town, trips[index % trips.length]!),
    );
    const settled = () => drivers.every((driver) => driver.isConnected && driver.owed === 0);
    let isCalm = false;
    timers = [
      setInterval(() => {
        for (const client of [...drivers, ...followers]) client.tick();
      }, TICK_MS),
      setInterval(() => {
        if (!isCalm) for (const driver of drivers) driver.measure();
      }, MEASURE_EVERY_MS),
      setInterval(() => {
        if (isCalm) return;
        // Some come and go all the time.
        for (const follower of followers) if (town.random() < 0.02) follower.leave(2_000 * town.random());
      }, 1_000),
    ];
    await eventually('everybody to be there', () => drivers.every(({ isConnected }) => isConnected), 30_000);

    const until = performance.now() + plan.seconds * 1_000;
    /** One thing after the other, and now and then the next before that is over. */
    const trouble = async (kinds: readonly Trouble[]) => {
      while (performance.now() < until) {
        const [name, happen] = anyOf(kinds, random);
        troubles[name] = (troubles[name] ?? 0) + 1;
        const over = happen().catch((error: unknown) => town.violated(`${name} could not be done: ${error}`));
        if (random() < 0.7) await over;
        await pause(between(random, ...PEACE_MS));
      }
    };
    const ofClients: Trouble[] = [
      ['a driver loses its connection', async () => anyOf(drivers, random).drop()],
      ['a driver connects again', async () => anyOf(drivers, random).connectAgain()],
      [
        'half of the followers lose theirs',
        async () => {
          for (const follower of followers) if (random() < 0.5) follower.leave(500 * random());
        },
      ],
    ];
    await Promise.all([trouble(city.troubles()), trouble(redis.troubles(random)), trouble(ofClients)]);

    await city.heal();
    await redis.heal();
    isCalm = true;
    await eventually('all to be acknowledged', settled, HEALED_WITHIN_MS);
    const tracks = new Map<CarTrip, number[]>();
    for (const trip of trips) tracks.set(trip, await town.track(trip.trip));
    const holds = (follower: OutsideFollower) => follower.times.at(-1) === tracks.get(follower.trip)!.at(-1);
    await quietly(eventually('everybody to have all', () => followers.every(holds), HEALED_WITHIN_MS));
    const wrong = followers.flatMap((follower) => differences(follower, tracks.get(follower.trip)!));
    const misled = await presenceErrors(drivers, followers);
    return {
      violations: [...town.violations, ...city.mistakes],
      lost: drivers.flatMap((driver) => lostOf(driver, tracks.get(driver.trip)!)),
      wrong,
      misled,
      acknowledged: drivers.reduce((sum, driver) => sum + driver.acknowledged.size, 0),
      delivered: followers.reduce((sum, follower) => sum + follower.times.length, 0),
      troubles,
    };
  } finally {
    for (const timer of timers) clearInterval(timer);
    await city.close();
  }
}

/** The nodes, and what can happen to them. */
class Nodes {
  readonly doors: (Door & { url: string })[] = [];
  readonly #nodes: GatewayProcess[] = [];
  readonly #gone: GatewayProcess[] = [];
  readonly #busy = new Set<number>();
  readonly #redisUrl: string;
  readonly #random: () => number;

  private constructor(redisUrl: string, random: () => number) {
    this.#redisUrl = redisUrl;
    this.#random = random;
  }

  static async start(redisUrl: string, random: () => number): Promise<Nodes> {
    const nodes = new Nodes(redisUrl, random);
    for (let index = 0; index < NODES; index++) {
      nodes.#nodes.push(await nodes.#startOne());
      nodes.doors.push({ url: nodes.#nodes[index]!.url, troubledAt: performance.now() });
    }
    return nodes;
  }

  /** What they logged as mistakes of their own. */
  get mistakes(): string[] {
    return [...this.#nodes, ...this.#gone].flatMap(({ log }) =>
      log.seen.filter(({ level }) => level >= 50).map((line) => `a node's mistake: ${JSON.stringify(line)}`),
    );
  }

  troubles(): Trouble[] {
    return [
      ['a node is killed', () => this.#trouble((index) => this.#kill(index))],
      ['a node leaves', () => this.#trouble((index) => this.#leave(index))],
      ['a node hangs for a moment', () => this.#trouble((index) => this.#freeze(index, [100, 3_000]))],
      ['a node hangs for long', () => this.#trouble((index) => this.#freeze(index, [8_000, 20_000]))],
    ];
  }

  /** Resolves when nothing is wrong with any of them. */
  async heal(): Promise<void> {
    await eventually('the last trouble to be over', () => this.#busy.size === 0, 60_000);
  }

  async close(): Promise<void> {
    for (const node of this.#nodes) node.thaw();
    await Promise.all([...this.#nodes, ...this.#gone].map((node) => node.kill()));
  }

  async #trouble(happen: (index: number) => Promise<unknown>): Promise<void> {
    const index = between(this.#random, 0, NODES - 1);
    if (this.#busy.size === NODES - 1 || this.#busy.has(index)) return; // one is left
    this.#busy.add(index);
    const door = this.doors[index]!;
    door.troubledAt = Number.POSITIVE_INFINITY;
    await happen(index);
    door.troubledAt = performance.now();
    this.#busy.delete(index);
  }

  async #kill(index: number): Promise<void> {
    await this.#nodes[index]!.kill();
    await pause(between(this.#random, 0, 3_000));
    await this.#replace(index);
  }

  async #leave(index: number): Promise<void> {
    const node = this.#nodes[index]!;
    node.terminate();
    await node.exit;
    await this.#replace(index);
  }

  async #freeze(index: number, [least, most]: [number, number]): Promise<void> {
    const node = this.#nodes[index]!;
    node.freeze();
    await pause(between(this.#random, least, most));
    node.thaw();
  }

  async #replace(index: number): Promise<void> {
    this.#gone.push(this.#nodes[index]!);
    this.#nodes[index] = await this.#startOne();
    this.doors[index]!.url = this.#nodes[index]!.url;
  }

  #startOne(): Promise<GatewayProcess> {
    return GatewayProcess.start({
      ...{ REDIS_URL: this.#redisUrl, TRIPCAST_PREFIX: PREFIX, TRIPCAST_DRAIN_MS: '3000' },
    });
  }
}

/** What can happen to any server of Redis. */
export function troublesOf(servers: readonly RedisServer[], random: () => number): Trouble[] {
  const busy = new Set<RedisServer>();
  const trouble = async (happen: (server: RedisServer) => Promise<unknown>) => {
    const server = anyOf(servers, random);
    if (busy.size > 0) return; // one thing at a time: acknowledged is what survives one failure
    busy.add(server);
    await happen(server);
    busy.delete(server);
  };
  return [
    [
      'a server of Redis is killed',
      () =>
        trouble(async (server) => {
          await server.kill();
          await pause(between(random, 0, 4_000));
          await server.start();
        }),
    ],
    [
      'a server of Redis hangs',
      () =>
        trouble(async (server) => {
          server.freeze();
          await pause(between(random, 100, 6_000));
          server.thaw();
        }),
    ],
    [
      'subscribers are cut off',
      () => quietly(anyOf(servers, random).call('CLIENT', 'KILL', 'TYPE', 'pubsub')),
    ],
    [
      'all clients are cut off',
      () => quietly(anyOf(servers, random).call('CLIENT', 'KILL', 'TYPE', 'normal')),
    ],
  ];
}

export function sentinelTroubles(redis: RedisSentinels, random: () => number): Trouble[] {
  return wholeBetween(redis, [
    ...troublesOf(redis.servers, random),
    ['a planned failover', () => redis.failOver()],
  ]);
}

export function clusterTroubles(redis: RedisCluster, random: () => number): Trouble[] {
  return wholeBetween(redis, [
    ...troublesOf(redis.servers, random),
    [
      'a planned failover',
      async () => quietly((await redis.replicaOf(`{${random()}}`)).call('CLUSTER', 'FAILOVER')),
    ],
    [
      'slots move',
      async () => {
        const masters = await redis.masters();
        const first = between(random, 0, 16_000);
        for (let slot = first; slot < first + 40; slot++) await redis.moveSlot(slot, anyOf(masters, random));
      },
    ],
  ]);
}

/** What survives one failure need not survive the next before there is another replica. */
function wholeBetween(redis: { whole(): Promise<void> }, troubles: Trouble[]): Trouble[] {
  let last: Promise<unknown> = Promise.resolve();
  return troubles.map(([name, happen]) => [
    name,
    () => {
      last = last.then(async () => {
        await happen();
        await redis.whole();
      });
      return last;
    },
  ]);
}

function anyOf<Item>(items: readonly Item[], random: () => number): Item {
  return items[between(random, 0, items.length - 1)]!;
}

/** Fixes that a driver was acknowledged and that the track doesn't have. */
function lostOf(driver: OutsideDriver, track: readonly number[]): string[] {
  const stored = new Set(track);
  const lost = [...driver.acknowledged].filter((time) => !stored.has(time));
  if (lost.length === 0) return [];
  return [`${driver.trip.trip}: ${lost.length} of ${driver.acknowledged.size} (${lost.slice(0, 5)})`];
}

function differences(follower: OutsideFollower, track: readonly number[]): string[] {
  const held = new Set(follower.times);
  const stored = new Set(track);
  const missing = track.filter((time) => !held.has(time));
  const made = follower.times.filter((time) => !stored.has(time));
  if (missing.length + made.length === 0) return [];
  return [
    `${follower.trip.trip}: lacks ${missing.length} (${missing.slice(0, 5)}), has ${made.length} others`,
  ];
}

/** All drivers are there; then they go. */
async function presenceErrors(
  drivers: readonly OutsideDriver[],
  followers: readonly OutsideFollower[],
): Promise<string[]> {
  const misled = (isOnline: boolean) =>
    followers.filter((follower) => follower.isDriverOnline !== isOnline).map(({ trip }) => trip.trip);
  const told = (isOnline: boolean) =>
    quietly(
      eventually(
        'everybody to know of the drivers',
        () => misled(isOnline).length === 0,
        GHOST_GONE_WITHIN_MS,
      ),
    );
  await told(true);
  const errors = misled(true).map((trip) => `${trip}: told that its driver is away`);
  for (const driver of drivers) driver.stop();
  await told(false);
  return [...errors, ...misled(false).map((trip) => `${trip}: not told that its driver has gone`)];
}

async function quietly(attempt: Promise<unknown>): Promise<void> {
  await attempt.catch(() => {}); // what did not come about is seen in what follows
}
