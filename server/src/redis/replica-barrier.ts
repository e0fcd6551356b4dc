import { BackendUnavailable } from '../backend.ts';
import { CommandConnection } from './command-connection.ts';
import type { CommandClient } from './connection.ts';
import { inWords } from './redis-errors.ts';

/** A replica that has nothing of it after this long keeps the acknowledgement back, ms. Below the promised 2 s. */
const REPLICA_DEADLINE_MS = 1_000;
/** Confirmations begin at most this often, ms: some hundred cheap commands a second, however many fixes they cover. */
const CONFIRM_EVERY_MS = 5;
/**
 * A master without replicas is waited with before it counts as alone, ms, from its last connection on. It may have been
 * frozen or restarted, and be replaced by a replica that has nothing of what it takes meanwhile: for some seconds when
 * it had replicas, for longer when others say that it should have some now.
 */
const REPLICAS_MISSED_MS = 2_000;
const REPLICAS_EXPECTED_MS = 30_000;
const MARK_KEPT_MS = 60_000;

interface Round {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Tells when a replica has what its master has. WAIT covers all that was written before it, but holds up its connection
 * and speaks for that connection's writes; so it has one of its own, and a small write of its own before each WAIT: a
 * replica that has the mark has all that the master had answered before it. One round of mark and WAIT confirms
 * everything that came while the last one was on its way. Without replicas it costs nothing.
 */
export class ReplicaBarrier {
  readonly #createClient: () => CommandClient;
  readonly #replyDeadlineMs: number;
  readonly #markKey: () => string | undefined;
  readonly #onChange: () => void;
  #connection: CommandConnection | undefined;
  /** As it says. */
  #replicas: number | undefined;
  /** As others say. */
  #expected = 0;
  #hadReplicas = false;
  /** Since when it has said, without a break, that it has none. */
  #aloneSince: number | undefined;
  #gathering: Round | undefined;
  #isUnderWay = false;
  #lastBeganAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param markKey a key in one of the master's slots; `undefined` when it has none */
  constructor(options: {
    createClient: () => CommandClient;
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

  /** How many replicas the master should have, as the other servers see it. */
  expectReplicas(count: number): void {
    this.#expected = count;
  }

  /** How many replicas the master has, as it says; `undefined` when a new connection may lead to another state of it. */
  seeReplicas(count: number | undefined): void {
    this.#replicas = count;
    this.#aloneSince = count === 0 ? (this.#aloneSince ?? performance.now()) : undefined;
    if (count === undefined || this.#closed) return;
    this.#hadReplicas ||= count > 0;
    if (this.#waitsForReplica()) this.#connection ??= this.#connect();
    else this.#disconnect();
  }

  /** Why nothing can be confirmed now, in words; `undefined` while it can, or need not be. */
  get trouble(): string | undefined {
    if (this.#replicas === undefined) return 'it has not said yet whether it has replicas';
    if (!this.#waitsForReplica()) return undefined;
    return this.#connection ? this.#connection.trouble : 'no connection to confirm writes on';
  }

  /** Resolves when a replica has all that the master has answered so far, or at once when it has no replicas. */
  async pass(): Promise<void> {
    if (this.#closed) throw new BackendUnavailable('the connection to Redis is closed');
    if (this.trouble !== undefined)
      throw new BackendUnavailable(`writes cannot be confirmed: ${this.trouble}`);
    if (!this.#waitsForReplica()) return;
    const round = this.#gathering ?? newRound();
    this.#gathering = round;
    this.#begin();
    return round.promise;
  }

  /** May be called twice. */
  close(): void {
    this.#closed = true;
    this.#disconnect();
  }

  #waitsForReplica(): boolean {
    if (this.#aloneSince === undefined) return true;
    const patienceMs = this.#expected > 0 ? REPLICAS_EXPECTED_MS : this.#hadReplicas ? REPLICAS_MISSED_MS : 0;
    return performance.now() - this.#aloneSince < patienceMs;
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

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#broke();
  }

  #broke(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#gathering?.reject(new BackendUnavailable('the connection that confirms writes was lost'));
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
    const round = this.#gathering;
    if (!round) return;
    this.#gathering = undefined;
    this.#isUnderWay = true;
    this.#lastBeganAt = performance.now();
    try {
      await this.#markAndWait();
      round.resolve();
    } catch (error) {
      round.reject(
        new BackendUnavailable(`no replica has confirmed it: ${inWords(error)}`, { cause: error }),
      );
    }
    this.#isUnderWay = false;
    if (this.#gathering) this.#begin();
  }

  async #markAndWait(): Promise<void> {
    const key = this.#markKey();
    const connection = this.#connection;
    if (!connection || key === undefined) throw new Error('the master has just gone');
    const [, confirmed] = await Promise.all([
      connection.send('SET', key, '1', 'PX', String(MARK_KEPT_MS)),
      connection.send<number>('WAIT', '1', String(REPLICA_DEADLINE_MS)),
    ]);
    if (confirmed < 1) throw new Error(`none within ${REPLICA_DEADLINE_MS} ms`);
  }
}

function newRound(): Round {
  let settle: Pick<Round, 'resolve' | 'reject'>;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle! };
}
