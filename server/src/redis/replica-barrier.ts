import { BackendUnavailable } from '../backend.ts';
import { CommandConnection } from './command-connection.ts';
import type { Master } from './layout.ts';
import { inWords } from './redis-errors.ts';
import type { ClientEvents, RespClient } from './resp/client.ts';
import { replicasIn, type ServerCheck } from './server-check.ts';

/** A WAIT ends after this long, and another one begins, ms; whoever cannot wait longer is refused. */
const REPLICA_DEADLINE_MS = 1_000;
/** Looks within that: one late look, after a stall of ours, proves nothing. */
const LOOKS = 3;
/** Confirmations begin at most this often, ms: some hundred cheap commands a second, however many fixes they cover. */
const CONFIRM_EVERY_MS = 5;
/**
 * A master without replicas is waited with before it counts as alone, ms, from its last connection on. It may have been
 * frozen or restarted, and be replaced by a replica that has nothing of what it takes meanwhile: for some seconds when
 * it had replicas, for longer when others say that it should have some now.
 */
const REPLICAS_MISSED_MS = 2_000;
const REPLICAS_EXPECTED_MS = 30_000;
/** A replica that is promoted has left its master for this long at most until sentinels say so, ms. */
const PROMOTION_MS = 3_000;
const MARK_KEPT_MS = 60_000;

interface Round {
  readonly beganAt: number;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Tells when what a master has outlives it: when a replica has it, or each of those that might take its place with less.
 * WAIT covers all that was written before it, but holds up its connection and speaks for that connection's writes; so it
 * has one of its own, and a small write of its own before each WAIT: a replica that has the mark has all that the master
 * had answered before it. One round of mark and WAIT confirms everything that came while the last one was on its way.
 * Without replicas it costs nothing.
 */
export class ReplicaBarrier {
  readonly #createClient: (events: ClientEvents) => RespClient;
  readonly #replyDeadlineMs: number;
  readonly #markKey: () => string | undefined;
  readonly #onChange: () => void;
  #connection: CommandConnection | undefined;
  /** As it says. */
  #replicas: number | undefined;
  #prompt = 0;
  /** As others say. */
  #expected = 0;
  #candidates: number | undefined;
  /** How many must have a write. */
  #needed = 1;
  /** Since when fewer than that answer the master. */
  #fewerSince: number | undefined;
  #hadReplicas = false;
  /** Since when it has said, without a break, that it has none. */
  #aloneSince: number | undefined;
  #gathering: Round | undefined;
  /** Begun, and not confirmed: the next round covers what they have covered. */
  #begun: Round[] = [];
  #isUnderWay = false;
  #lastBeganAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #delayTold: string | undefined;
  #closed = false;

  /** @param markKey a key in one of the master's slots; `undefined` when it has none */
  constructor(options: {
    createClient: (events: ClientEvents) => RespClient;
    replyDeadlineMs: number;
    markKey: () => string | undefined;
    /** `trouble` may have changed. */
    onChange: () => void;
  }) {
    this.#createClient = options.createClient;
    this.#replyDeadlineMs = options.replyDeadlineMs;
    this.#markKey = options.markKey;
    this.#onChange = options.onChange;
  }

  /** The master's replicas, as the other servers see them. */
  expectReplicas({ liveReplicas, candidates }: Pick<Master, 'liveReplicas' | 'candidates'>): void {
    this.#expected = liveReplicas;
    this.#candidates = candidates;
    this.#reckon();
    if (liveReplicas > 0) this.#connectOnce();
  }

  /** What replicas the master has, as it says; `undefined` when a new connection may lead to another state of it. */
  seeReplicas(seen: Pick<ServerCheck, 'replicas' | 'promptReplicas'> | undefined): void {
    const count = seen?.replicas;
    this.#replicas = count;
    this.#prompt = seen?.promptReplicas ?? 0;
    this.#aloneSince = count === 0 ? (this.#aloneSince ?? performance.now()) : undefined;
    if (count === undefined || this.#closed) return;
    this.#reckon();
    this.#hadReplicas ||= count > 0;
    if (this.#waitsForReplica()) this.#connectOnce();
    else this.#broke(); // nobody is left to confirm it: whoever asks again needs not wait
  }

  /** Why nothing can be confirmed now, in words; `undefined` while it can, or need not be. */
  get trouble(): string | undefined {
    if (this.#replicas === undefined) return 'it has not said yet whether it has replicas';
    if (!this.#waitsForReplica()) return undefined;
    // What the server refuses here is found out by the next round: nobody else would ask it on this connection.
    return this.#connection?.isConnected === false ? this.#connection.trouble : undefined;
  }

  /** How many it has now, as it says. */
  get replicas(): number {
    return this.#replicas ?? 0;
  }

  /** For how long the oldest writes have waited, ms; 0 when none waits. */
  get unconfirmedMs(): number {
    const oldest = this.#begun[0];
    return oldest ? performance.now() - oldest.beganAt : 0;
  }

  /** Why acknowledgements wait, in words; `undefined` while they don't. */
  get delay(): string | undefined {
    if (this.unconfirmedMs <= REPLICA_DEADLINE_MS) return undefined;
    const who = this.#needed > 1 ? `not all ${this.#needed} replicas have` : 'no replica has';
    return `${who} confirmed a write for ${Math.floor(this.unconfirmedMs / 1000)} s`;
  }

  /** As `pass`; rejects when it takes more than a second. */
  async passSoon(): Promise<void> {
    const passed = this.pass();
    if (!passed) return;
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const why = `no replica has confirmed it: none within ${REPLICA_DEADLINE_MS} ms`;
      let looks = 0;
      deadline = setInterval(() => {
        if (++looks >= LOOKS) reject(new BackendUnavailable(why));
      }, REPLICA_DEADLINE_MS / LOOKS);
    });
    try {
      await Promise.race([passed, late]);
    } finally {
      clearInterval(deadline);
    }
  }

  /**
   * Resolves when enough replicas have all that the master has answered so far; `undefined` when it has none. Rejects when
   * that cannot be told: the connection has broken, and the master may come back as another, or without it.
   */
  pass(): Promise<void> | undefined {
    const { trouble } = this;
    if (this.#closed) return Promise.reject(new BackendUnavailable('the connection to Redis is closed'));
    if (trouble !== undefined)
      return Promise.reject(new BackendUnavailable(`writes cannot be confirmed: ${trouble}`));
    if (!this.#waitsForReplica()) return undefined;
    const round = this.#gathering ?? newRound();
    this.#gathering = round;
    this.#begin();
    return round.promise;
  }

  /** May be called twice. */
  close(): void {
    this.#closed = true;
    this.#connection?.close();
    this.#broke();
  }

  #waitsForReplica(): boolean {
    if (this.#aloneSince === undefined) return true;
    const patienceMs = this.#expected > 0 ? REPLICAS_EXPECTED_MS : this.#hadReplicas ? REPLICAS_MISSED_MS : 0;
    return performance.now() - this.#aloneSince < patienceMs;
  }

  /** It stays, also while the master is alone: a replica that comes back must not find writes without confirmation. */
  #connectOnce(): void {
    if (!this.#closed) this.#connection ??= this.#connect();
  }

  #connect(): CommandConnection {
    const connection: CommandConnection = new CommandConnection({
      createClient: this.#createClient,
      replyDeadlineMs: this.#replyDeadlineMs,
      onChange: () => {
        if (!connection.isConnected) this.#broke(); // a later mark would speak for another life of the server
        this.#onChange();
      },
    });
    return connection;
  }

  #broke(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lost = new BackendUnavailable('the connection that confirms writes was lost');
    for (const round of this.#begun.splice(0)) round.reject(lost);
    this.#gathering?.reject(lost);
    this.#gathering = undefined;
  }

  #begin(): void {
    if (this.#isUnderWay || this.#timer) return;
    const dueMs = this.#lastBeganAt + CONFIRM_EVERY_MS - performance.now();
    if (dueMs <= 0) void this.#confirm();
    else {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        void this.#confirm();
      }, dueMs);
    }
  }

  async #confirm(): Promise<void> {
    this.#isUnderWay = true;
    this.#lastBeganAt = performance.now();
    if (this.#gathering) this.#begun.push(this.#gathering);
    this.#gathering = undefined;
    const covered = [...this.#begun];
    const settle = (settleOne: (round: Round) => void) => {
      covered.forEach(settleOne);
      this.#begun = this.#begun.filter((round) => !covered.includes(round));
    };
    try {
      if (await this.#markAndWait()) settle((round) => round.resolve());
    } catch (error) {
      const why = `no replica has confirmed it: ${inWords(error)}`;
      settle((round) => round.reject(new BackendUnavailable(why, { cause: error })));
    }
    this.#isUnderWay = false;
    if (this.#delayTold !== this.delay) {
      this.#delayTold = this.delay;
      this.#onChange();
    }
    if (this.#gathering || this.#begun.length > 0) this.#begin();
  }

  /** Whether enough replicas have what the master had answered before this. */
  async #markAndWait(): Promise<boolean> {
    const key = this.#markKey();
    const connection = this.#connection;
    if (!connection || key === undefined) throw new Error('the master has just gone');
    const [, there, confirmed] = await Promise.all([
      connection.send('SET', key, '1', 'PX', String(MARK_KEPT_MS)),
      this.#candidates === undefined ? 0 : promptReplicasOf(connection),
      connection.send<number>('WAIT', String(this.#needed), String(REPLICA_DEADLINE_MS)),
    ]);
    // Known sooner than the master is looked at: one that has just come back may be promoted as any other.
    const known = Math.max(there, confirmed);
    if (known > this.#prompt) {
      this.#prompt = known;
      this.#reckon();
    }
    return confirmed >= this.#needed;
  }

  /**
   * A master that loses a replica may be losing its place to it: fewer will do only when that would be over, and the
   * others no longer take the replica for one that they might promote.
   */
  #reckon(): void {
    if (this.#candidates === undefined || this.#prompt >= this.#needed) {
      this.#needed = this.#candidates === undefined ? 1 : this.#prompt;
      this.#fewerSince = undefined;
      return;
    }
    this.#fewerSince ??= performance.now();
    if (performance.now() - this.#fewerSince < PROMOTION_MS) return;
    this.#needed = Math.max(1, this.#prompt, Math.min(this.#needed, this.#candidates));
  }
}

/** How many replicas answer the master at this moment; 0 when it doesn't say: then what was known before holds. */
async function promptReplicasOf(connection: CommandConnection): Promise<number> {
  const info = await connection.send<Buffer | string>('INFO', 'replication').catch(() => ''); // the WAIT beside it tells what is lost
  return replicasIn(String(info)).promptReplicas;
}

function newRound(): Round {
  let settle: Pick<Round, 'resolve' | 'reject'>;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => {}); // those who wait for it are told
  return { beganAt: performance.now(), promise, ...settle! };
}
