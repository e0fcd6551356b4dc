// Balancers give a new node new sockets only; those that are open stay where they are. So a node that holds far more than
// its share asks some of its clients to reconnect (1012), a few at a time, until it is no longer far above it.

import { CLOSE, type Close } from '@tripcast/protocol';
import type { NodeLoad, NodeRegistry } from '../bus/node-registry.ts';
import type { Log } from '../log.ts';
import type { SentAway } from './sent-away.ts';

/** Sockets of one kind, of which some may be sent elsewhere. */
export interface Movable {
  size(): number;
  /** Closes one socket. Resolves to the trip or vehicle that it was of; `undefined` when there is none. */
  closeOne(why: Close): string | undefined | Promise<string | undefined>;
}

/** Far more than its share: by more than a tenth, and by more than one socket. */
const FAR_ABOVE = 1.1;
/** Of what is too much, this part goes before the next look: slower than a drain, and even well within a minute. */
const PART_AT_A_TIME = 1 / 4;
/** What is worth sending away at a time, sockets. */
const FEWEST = 5;
/** A look holds for so many ticks. */
const TICKS_A_LOOK = 6;
/** When so many looks in a row find no fewer though some were sent away, nobody else takes them: there is no balancer. */
const FRUITLESS_LOOKS = 3;
/** Then nobody is sent for so many looks. */
const RESTING_LOOKS = 100;

/** How many sockets a node holds beyond its share of all; 0 when that is not far above, or nobody else could take them. */
export function excessOf(node: string, loads: ReadonlyMap<string, NodeLoad>): number {
  const ready = [...loads].filter(([name, load]) => !load.draining && (name === node || !load.full));
  const own = ready.find(([name]) => name === node)?.[1];
  if (!own || ready.length < 2) return 0;
  const share = ready.reduce((sum, [, load]) => sum + socketsOf(load), 0) / ready.length;
  const held = socketsOf(own);
  return held > Math.max(share * FAR_ABOVE, share + 1) ? Math.floor(held - share) : 0;
}

/** Keeps one node near its share of all sockets. */
export class Rebalance {
  readonly #node: string;
  readonly #nodes: NodeRegistry;
  readonly #kinds: readonly Movable[];
  readonly #sentAway: SentAway;
  readonly #log: Log;
  /** What the look before found. */
  #excessBefore = 0;
  /** Still to be sent away before the next look. */
  #due = 0;
  #hasSent = false;
  #fruitless = 0;
  #resting = 0;
  #ticksLeft = 0;
  #isMoving = false;
  #isAbove = false;
  #isLeaving = false;

  /** @param kinds what may be moved; of the first kind first */
  constructor(options: {
    node: string;
    nodes: NodeRegistry;
    kinds: readonly Movable[];
    sentAway: SentAway;
    log: Log;
  }) {
    this.#node = options.node;
    this.#nodes = options.nodes;
    this.#kinds = options.kinds;
    this.#sentAway = options.sentAway;
    this.#log = options.log;
  }

  /**
   * Looks at what the nodes hold, this one's announcement included. What the others announced is a little old: while
   * sockets come in each seems ahead of the rest, so an excess counts that two looks have found.
   * @throws BackendUnavailable
   */
  async look(): Promise<void> {
    const loads = await this.#nodes.loads();
    const found = this.#isLeaving ? 0 : excessOf(this.#node, loads);
    const excess = this.#isResting(found) ? 0 : Math.min(found, this.#excessBefore);
    this.#excessBefore = found;
    this.#due = Math.min(excess, Math.max(FEWEST, Math.ceil(excess * PART_AT_A_TIME)));
    this.#ticksLeft = TICKS_A_LOOK;
    if (this.#resting > 0 || this.#isAbove === excess > 0) return;
    this.#isAbove = excess > 0;
    if (this.#isAbove)
      this.#log.info({ excess, nodes: loads.size }, 'too many sockets: sending some elsewhere');
    else this.#log.info({ nodes: loads.size }, 'sockets are even');
  }

  /** Sends away what is due. Call it six times a look. Resolves when those sockets are closed. */
  async tick(): Promise<void> {
    this.#sentAway.sweep();
    if (this.#isMoving || this.#due === 0) return;
    this.#isMoving = true;
    try {
      await this.#send(Math.ceil(this.#due / Math.max(1, this.#ticksLeft--)));
    } finally {
      this.#isMoving = false;
    }
  }

  /** The node leaves: all go. */
  stop(): void {
    this.#isLeaving = true;
    this.#due = 0;
  }

  /** Whoever is sent away only to come back here is better left alone. */
  #isResting(found: number): boolean {
    if (this.#hasSent) this.#fruitless = found >= this.#excessBefore ? this.#fruitless + 1 : 0;
    this.#hasSent = false;
    if (this.#fruitless === FRUITLESS_LOOKS) {
      this.#fruitless = 0;
      this.#resting = RESTING_LOOKS;
      this.#log.info(
        { looks: RESTING_LOOKS },
        'those who are sent elsewhere come back: nobody is sent for a while',
      );
    }
    return this.#resting > 0 && this.#resting-- > 0;
  }

  async #send(count: number): Promise<void> {
    for (let sent = 0; sent < count && this.#due > 0; sent++) {
      const kind = this.#kinds.find((one) => one.size() > 0);
      const id = await kind?.closeOne(CLOSE.restarting);
      if (id === undefined) return;
      this.#due--;
      this.#hasSent = true;
      this.#sentAway.add(id);
    }
  }
}

function socketsOf({ followers, drivers }: NodeLoad): number {
  return followers + drivers;
}
