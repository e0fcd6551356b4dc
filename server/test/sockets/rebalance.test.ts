import { expect, test } from '@jest/globals';
import { CLOSE, type Close } from '@tripcast/protocol';
import { seededRandom } from '../../../test/support/random.ts';
import type { NodeLoad } from '../../src/bus/node-registry.ts';
import { MemoryNodeRegistry } from '../../src/memory/memory-node-registry.ts';
import { excessOf, Rebalance } from '../../src/sockets/rebalance.ts';
import { SentAway } from '../../src/sockets/sent-away.ts';
import { SteppedClock } from '../live/stepped-clock.ts';

const TICK_MS = 500;
const LOOK_MS = 3_000;
const SILENT = { info() {}, warn() {}, error() {} };

const holding = (followers: number, drivers = 0, draining = false) => ({ followers, drivers, draining });
const full = (followers: number) => ({ ...holding(followers), full: true });
const nodes = (...loads: NodeLoad[]) => new Map(loads.map((load, index) => [`n${index}`, load]));

test.each<[string, Map<string, NodeLoad>, number]>([
  ['alone it has nobody to send to', nodes(holding(1_000)), 0],
  ['all others drain', nodes(holding(1_000), holding(0, 0, true), holding(9, 0, true)), 0],
  ['it drains itself', nodes(holding(1_000, 0, true), holding(0)), 0],
  ['three empty ones have come', nodes(holding(600, 400), holding(0), holding(0), holding(0)), 750],
  ['drivers count, too', nodes(holding(0, 300), holding(100)), 100],
  ['a tenth more is not far', nodes(holding(110), holding(90)), 0],
  ['one more is not far, whatever part that is', nodes(holding(3), holding(1)), 0],
  ['it has less than the others', nodes(holding(10), holding(1_000)), 0],
  ['all others are full', nodes(holding(1_000), full(100), full(300)), 0],
  ['it is full itself', nodes(full(1_000), holding(0)), 500],
  ['those of a full node stay there', nodes(holding(300), full(900), holding(100)), 100],
  ['those of a draining node are on their way', nodes(holding(100), holding(100), holding(300, 0, true)), 0],
])('a node sends away what it holds beyond its share: %s', (_, loads, excess) => {
  expect(excessOf('n0', loads)).toBe(excess);
});

/** Nodes that share a registry, and a balancer that each client which is sent away comes back through. */
class World {
  readonly clock = new SteppedClock();
  readonly registry = new MemoryNodeRegistry(this.clock);
  readonly nodes: { name: string; followers: string[]; drivers: string[]; rebalance: Rebalance }[] = [];
  readonly closes: { at: number; why: Close }[] = [];
  #elapsedMs = 0;
  /** The balancer: the index of the node that a client is given to. */
  readonly choose: (world: World) => number;

  constructor(choose: (world: World) => number) {
    this.choose = choose;
  }

  add(followers = 0, drivers = 0): void {
    const name = `n${this.nodes.length}`;
    const held = (count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`);
    const node = { name, followers: held(followers), drivers: held(drivers) };
    const movable = (kind: 'followers' | 'drivers') => ({
      size: () => node[kind].length,
      closeOne: async (why: Close) => {
        const id = node[kind].shift();
        this.closes.push({ at: this.#elapsedMs, why });
        if (id) this.nodes[this.choose(this)]![kind].push(id);
        return id;
      },
    });
    const rebalance = new Rebalance({
      node: name,
      nodes: this.registry,
      kinds: [movable('followers'), movable('drivers')],
      sentAway: new SentAway(this.clock),
      log: SILENT as never,
    });
    this.nodes.push({ ...node, followers: node.followers, drivers: node.drivers, rebalance });
  }

  get sizes(): number[] {
    return this.nodes.map(({ followers, drivers }) => followers.length + drivers.length);
  }

  /** The fullest node's part above the mean. */
  get imbalance(): number {
    const mean = this.sizes.reduce((sum, size) => sum + size) / this.sizes.length;
    return Math.max(...this.sizes) / mean - 1;
  }

  async run(ms: number): Promise<void> {
    for (const until = this.#elapsedMs + ms; this.#elapsedMs < until; ) {
      if (this.#elapsedMs % LOOK_MS === 0) {
        for (const { name, followers, drivers } of this.nodes)
          await this.registry.announce(name, holding(followers.length, drivers.length));
        for (const { rebalance } of this.nodes) await rebalance.look();
      }
      for (const { rebalance } of this.nodes) await rebalance.tick();
      this.clock.step(TICK_MS);
      this.#elapsedMs += TICK_MS;
    }
  }
}

const leastConnections = ({ sizes }: World) => sizes.indexOf(Math.min(...sizes));

test.each([
  [40, 0],
  [1_000, 0],
  [600, 400],
  [10_000, 5_000],
])(
  '1 → 4 nodes: %i followers and %i drivers are even to 15 %% within a minute, with 1012, never in a rush',
  async (followers, drivers) => {
    const world = new World(leastConnections);
    world.add(followers, drivers);
    await world.run(9_000);
    expect(world.closes).toEqual([]);
    for (let more = 0; more < 3; more++) world.add();
    await world.run(60_000);
    expect(world.imbalance).toBeLessThanOrEqual(0.15);
    expect(new Set(world.closes.map(({ why }) => why))).toEqual(new Set([CLOSE.restarting]));
    const [all, before] = [followers + drivers, world.closes.length];
    const inFirstLook = world.closes.filter(({ at }) => at < 12_000).length;
    expect(inFirstLook).toBeLessThanOrEqual(Math.max(5, all * 0.2)); // a drain would have closed 0.3 of them
    await world.run(60_000);
    expect(world.closes.length).toBe(before);
  },
);

test('a balancer that gives each client to any node leaves no node far above for long', async () => {
  const random = seededRandom(7);
  const world = new World(({ nodes }) => Math.floor(random() * nodes.length));
  world.add(4_000);
  for (let more = 0; more < 3; more++) world.add();
  await world.run(60_000);
  expect(world.imbalance).toBeLessThanOrEqual(0.15);
});

test('where there is no balancer and everybody comes back, they are soon left alone', async () => {
  const world = new World(() => 0);
  world.add(30);
  world.add();
  await world.run(30_000);
  const before = world.closes.length;
  expect(before).toBeLessThan(30);
  await world.run(270_000);
  expect(world.closes.length).toBe(before);
});

test('a node that leaves sends nobody away for balance any more', async () => {
  const world = new World(leastConnections);
  world.add(100);
  world.add();
  await world.run(3_500);
  const before = world.closes.length;
  world.nodes[0]!.rebalance.stop();
  await world.run(2_500);
  expect(before).toBeGreaterThan(0);
  expect(world.closes.length).toBe(before);
});

test('while sockets come in, and others seem behind whose last word is older, nobody is sent away', async () => {
  const world = new World(leastConnections);
  world.add(16);
  const [{ rebalance }] = world.nodes as [World['nodes'][number]];
  await world.registry.announce('n0', holding(16));
  await world.registry.announce('n1', holding(4));
  await rebalance.look();
  await rebalance.tick();
  await world.registry.announce('n1', holding(16));
  await rebalance.look();
  await rebalance.tick();
  expect(world.closes).toEqual([]);
});
