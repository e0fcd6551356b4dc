import { BackendUnavailable } from '../backend.ts';
import type { Log } from '../log.ts';
import type { BackendFigures, ServerFigures } from '../metrics/backend-figures.ts';
import { Canary } from './canary.ts';
import { CommandConnection } from './command-connection.ts';
import type { Send } from './commands.ts';
import { hashSlot, tagIn } from './hash-slot.ts';
import type { Master } from './layout.ts';
import type { Names } from './names.ts';
import { inWords } from './redis-errors.ts';
import { nameOf, type ServerAddress } from './redis-url.ts';
import { ReplicaBarrier } from './replica-barrier.ts';
import { type ClientEvents, type Endpoint, RespClient } from './resp/client.ts';
import { describeServer } from './server-check.ts';
import { SubscriberConnection } from './subscriber-connection.ts';

/** How connections are watched over, ms. */
export interface WatchTiming {
  /** No reply for this long while commands wait: the connection hangs. */
  replyDeadlineMs: number;
  /** Three canaries that are not heard make a subscriber deaf. */
  canaryEveryMs: number;
  /** Between two attempts at subscriptions that Redis refuses. */
  retryAfterMs: number;
}

/** A server that we are sent to is there after some milliseconds. */
const CONNECT_LOOK_MS = 5;
const REPLICA = 'the server is a replica';

export interface ShardOptions {
  endpoint: Endpoint;
  /** This node's name among the others. */
  node: string;
  /** Whether one command may only be for keys and channels of one slot. */
  isOfCluster: boolean;
  names: Names;
  timing: WatchTiming;
  log: Log;
  figures: BackendFigures;
  /** Its trouble may have changed. */
  onChange: () => void;
  /** It seems that slots, or the role of master, are elsewhere now. */
  onMoved: () => void;
}

/**
 * One master, with all the connections that this node has to it: for commands, for subscriptions, and, when it has
 * replicas, for confirming writes. What it is and whether it is well is looked at every second.
 */
export class Shard implements ServerAddress {
  readonly host: string;
  readonly port: number;
  /** `host:port`. */
  readonly name: string;
  readonly commands: CommandConnection;
  readonly subscriptions: SubscriberConnection;
  readonly #options: ShardOptions;
  readonly #barrier: ReplicaBarrier;
  readonly #canary: Canary;
  readonly #timer: NodeJS.Timeout;
  #tag: string | undefined;
  #fault: string | undefined;
  #lastWarnings = '';
  #clockOffsetMs = 0;
  #isReplica = false;
  #isLooking = false;
  #closed = false;

  constructor(options: ShardOptions) {
    const { endpoint, timing, names } = options;
    this.#options = options;
    this.host = endpoint.host;
    this.port = endpoint.port;
    this.name = nameOf(endpoint);
    const createClient = (events: ClientEvents) => new RespClient(endpoint, events);
    const { replyDeadlineMs, retryAfterMs } = timing;
    this.commands = new CommandConnection({
      createClient,
      replyDeadlineMs,
      onReady: () => void this.#look(),
      onChange: () => this.#noteChange(),
    });
    this.subscriptions = new SubscriberConnection({
      createClient: (events) => new RespClient(endpoint, events, replyDeadlineMs),
      retryAfterMs,
      groupOf: options.isOfCluster ? hashSlot : () => 0,
      onChange: options.onChange,
      onMoved: options.onMoved,
    });
    this.#barrier = new ReplicaBarrier({
      createClient,
      replyDeadlineMs,
      markKey: () => (this.#tag === undefined ? undefined : names.mark(this.#tag)),
      onChange: options.onChange,
    });
    this.#canary = new Canary(this.commands, this.subscriptions, options.figures);
    this.#timer = setInterval(() => this.#tick(), timing.canaryEveryMs);
  }

  /** Why it can never be used, in words. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Why it cannot be used fully now, in words; `undefined` while it can. */
  get trouble(): string | undefined {
    const { subscriptions } = this;
    return (
      this.#fault ??
      this.commands.trouble ??
      (this.#isReplica ? REPLICA : undefined) ??
      this.#barrier.trouble ??
      (subscriptions.trouble && `subscriptions: ${subscriptions.trouble}`)
    );
  }

  get figures(): ServerFigures {
    const { name, trouble } = this;
    const { replicas } = this.#barrier;
    return {
      name,
      isUp: trouble === undefined,
      replicas,
      unconfirmedMs: this.#barrier.unconfirmedMs,
      clockOffsetMs: this.#clockOffsetMs,
    };
  }

  /** Why acknowledgements wait, in words; `undefined` while they don't. */
  get delay(): string | undefined {
    return this.#barrier.delay;
  }

  /** Resolves when commands can be sent. @throws BackendUnavailable when that takes longer */
  async connected(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    while (!this.commands.isConnected) {
      if (this.#closed || performance.now() > until) {
        throw new BackendUnavailable(`Redis at ${this.name} cannot be used: ${this.commands.trouble}`);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, CONNECT_LOOK_MS);
      });
    }
  }

  readonly send: Send = (command, ...args) => this.commands.send(command, ...args);
  readonly sendAsking: Send = (command, ...args) => this.commands.sendAsking(command, ...args);

  /**
   * Resolves when enough replicas have what this master has answered so far; `undefined` when it has no replicas. Rejects when that
   * cannot be told any more: what was written may be gone.
   */
  confirm(): Promise<void> | undefined {
    return this.#barrier.pass();
  }

  /** As `confirm`, for whoever cannot wait: rejects when it takes more than a second. */
  confirmSoon(): Promise<void> {
    return this.#barrier.passSoon();
  }

  /** Its replicas, as the other servers see them. */
  expectReplicas(seen: Pick<Master, 'liveReplicas' | 'candidates'>): void {
    this.#barrier.expectReplicas(seen);
  }

  /** Its slots, if it has any: names of our own in one of them tell how it is. */
  serve(hasSlot: ((slot: number) => boolean) | undefined): void {
    if (this.#tag !== undefined && hasSlot?.(hashSlot(this.#tag))) return;
    this.#tag = hasSlot && tagIn(hasSlot);
    const { names, node } = this.#options;
    this.#canary.moveTo(this.#tag === undefined ? undefined : names.canary(this.#tag, node));
  }

  /** May be called twice. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.subscriptions.close();
    this.commands.close();
    this.#barrier.close();
  }

  #tick(): void {
    this.#canary.tick();
    if (this.#isReplica) this.#leaveReplica();
    if (this.commands.isConnected) void this.#look();
    // A server that refused must be asked whether it still does: other writes may all be for other servers.
    if (this.commands.isConnected && this.commands.trouble !== undefined && this.#tag !== undefined) {
      this.commands.send('SET', this.#options.names.mark(this.#tag), '1', 'PX', '1000').catch(() => {});
    }
  }

  #noteChange(): void {
    if (!this.commands.isConnected) this.#barrier.seeReplicas(undefined);
    this.#options.onChange();
  }

  /** Has it describe itself. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const askedAt = Date.now();
      const server = await describeServer(this.commands);
      const { timeMs } = server;
      if (timeMs !== undefined) this.#clockOffsetMs = (askedAt + Date.now()) / 2 - timeMs;
      this.#fault = server.fault;
      this.#warn(server.warnings);
      if (server.isReplica && !this.#isReplica) this.#options.onMoved();
      this.#isReplica = server.isReplica;
      this.#barrier.seeReplicas(server);
    } catch (error) {
      if (this.commands.isConnected) {
        // It does not let us read it: it is taken as it is.
        this.#warn([`Redis did not describe itself: ${inWords(error)}`]);
        this.#barrier.seeReplicas({ replicas: 0, promptReplicas: 0 });
      }
    }
    this.#isLooking = false;
    if (!this.#closed) this.#options.onChange();
  }

  /** It was a master, or its name led to one: the same name may lead to another server by now. */
  #leaveReplica(): void {
    this.#isReplica = false; // until whoever answers says so again
    this.commands.replace(REPLICA);
    this.subscriptions.rebuild(REPLICA);
  }

  #warn(warnings: string[]): void {
    if (!this.#closed && warnings.join() !== this.#lastWarnings) {
      for (const warning of warnings) this.#options.log.warn({ server: this.name }, warning);
    }
    this.#lastWarnings = warnings.join();
  }
}
