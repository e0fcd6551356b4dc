import { BackendUnavailable } from '../backend.ts';
import type { Hearer } from '../bus/live-bus.ts';
import { asUnavailable, inWords, redirection } from './redis-errors.ts';
import type { ClientEvents, RespClient } from './resp/client.ts';

/** A channel that is to be heard on this connection. */
interface Interest {
  hearer: Hearer;
  /** As far as this connection goes: not asked for, asked for, confirmed. */
  state: 'idle' | 'asked' | 'flowing';
  /** Those who wait for `flowing`, if anybody does. */
  waiting: Waiting[] | undefined;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Channels in one SSUBSCRIBE: few round trips for ten thousand, and no command that blocks Redis for long. */
const CHANNELS_PER_COMMAND = 500;
/** SSUBSCRIBEs that are on their way at once after a break: Redis serves others in between. */
const COMMANDS_AT_ONCE = 64;

export interface SubscriberConnectionOptions {
  createClient: (events: ClientEvents) => RespClient;
  /** The pause before a connection that refused a subscription is tried again, ms. */
  retryAfterMs: number;
  /** Channels of one group may share a command: those of one slot, in a Cluster. */
  groupOf: (channel: string) => number;
  /** `trouble` may have changed. */
  onChange: () => void;
  /** The server has let channels go, or sent them elsewhere: their slots are moving. */
  onMoved: () => void;
}

/**
 * Holds subscriptions on one server, over one connection. Each turn of the event loop compares what is wanted with what
 * was asked for, and sends the difference; commands keep their order, so the last wish wins. After a break everything
 * wanted is asked for again.
 */
export class SubscriberConnection {
  readonly #options: SubscriberConnectionOptions;
  readonly #interests = new Map<string, Interest>();
  /** Channels that are not wanted any more, and that the server has not been told of. */
  readonly #farewells = new Map<string, Interest>();
  readonly #stirred = new Set<string>();
  #client: RespClient;
  #trouble: string | undefined = 'not connected yet';
  #connected = false;
  #retry: NodeJS.Timeout | undefined;
  #recheck: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SubscriberConnectionOptions) {
    this.#options = options;
    this.#client = this.#connect();
  }

  /** Why not all subscriptions flow now, in words; `undefined` while they do. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  get isConnected(): boolean {
    return this.#connected;
  }

  /** Has the channel heard by `hearer`, from whenever it can be subscribed to; `drop` it first to change who hears. */
  hold(channel: string, hearer: Hearer): void {
    const interest = this.#farewells.get(channel) ?? { hearer, state: 'idle', waiting: undefined };
    this.#farewells.delete(channel);
    interest.hearer = hearer;
    this.#interests.set(channel, interest);
    if (interest.state === 'idle') this.#stir(channel);
  }

  /** The channel is not wanted any more. Those who wait for it are refused. */
  drop(channel: string): void {
    const interest = this.#interests.get(channel);
    if (!interest) return;
    this.#interests.delete(channel);
    for (const { reject } of noLongerWaiting(interest)) {
      reject(new BackendUnavailable('the subscription has ended'));
    }
    if (interest.state === 'idle') return;
    this.#farewells.set(channel, interest);
    this.#stir(channel);
  }

  /** Resolves when a held channel is heard: what is published after that comes. */
  flows(channel: string): Promise<void> {
    const interest = this.#interests.get(channel);
    if (!interest) return Promise.reject(new BackendUnavailable('the subscription has ended'));
    if (interest.state === 'flowing') return Promise.resolve();
    return new Promise((resolve, reject) => {
      interest.waiting ??= [];
      interest.waiting.push({ resolve, reject });
    });
  }

  /** Gives up a connection that only looks alive. */
  rebuild(why: string): void {
    if (this.#closed) return;
    const deaf = this.#client;
    this.#client = this.#connect();
    this.#broke(why);
    deaf.destroy();
  }

  /** May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#broke('closed');
    this.#client.destroy();
  }

  #connect(): RespClient {
    const isOld = () => this.#closed || client !== this.#client;
    const client: RespClient = this.#options.createClient({
      ready: () => {
        if (!isOld()) void this.#resubscribe();
      },
      lost: (error) => {
        if (!isOld()) this.#broke(`not connected: ${inWords(error)}`);
      },
      released: () => {
        if (!isOld()) this.#moved();
      },
      message: (channel, payload) => {
        if (!isOld()) this.#interests.get(channel)?.hearer.hear(payload);
      },
    });
    return client;
  }

  async #resubscribe(): Promise<void> {
    this.#connected = true;
    const client = this.#client;
    for (const batch of parts(this.#difference([...this.#interests.keys()]), COMMANDS_AT_ONCE)) {
      const outcomes = await Promise.all(batch.map((command) => this.#askFor(command)));
      if (client !== this.#client || !this.#connected || outcomes.includes(false)) return;
    }
    this.#changed(undefined);
  }

  #broke(why: string): void {
    this.#connected = false;
    clearTimeout(this.#retry);
    clearTimeout(this.#recheck);
    this.#recheck = undefined;
    this.#stirred.clear();
    this.#farewells.clear();
    for (const interest of this.#interests.values()) {
      interest.state = 'idle';
      for (const { reject } of noLongerWaiting(interest)) {
        reject(new BackendUnavailable(`the subscriptions' connection to Redis was lost: ${why}`));
      }
    }
    this.#changed(why);
  }

  /**
   * Which channels have gone we are not told. Those whose slot has another owner will be dropped here; the rest is asked
   * for once more when the moving has come to rest, since a slot may have gone and come back unseen.
   */
  #moved(): void {
    if (!this.#connected) return;
    this.#options.onMoved();
    clearTimeout(this.#recheck);
    this.#recheck = setTimeout(() => {
      for (const interest of this.#interests.values()) {
        if (interest.state === 'flowing') interest.state = 'idle';
      }
      void this.#resubscribe();
    }, this.#options.retryAfterMs);
  }

  #stir(channel: string): void {
    if (!this.#connected) return;
    if (this.#stirred.size === 0) {
      setImmediate(() => {
        const stirred = [...this.#stirred];
        this.#stirred.clear();
        if (!this.#connected) return;
        this.#takeLeave();
        for (const command of this.#difference(stirred)) void this.#askFor(command);
      });
    }
    this.#stirred.add(channel);
  }

  #takeLeave(): void {
    for (const command of this.#commandsFor([...this.#farewells.keys()])) {
      // Only a lost connection or a slot that has moved fails it, and both end the subscription.
      this.#client.unsubscribe(command).catch(() => {});
    }
    this.#farewells.clear();
  }

  /** The commands that ask for what is wanted and was not asked for, among those channels; they count as asked for. */
  #difference(channels: string[]): string[][] {
    const wanted = channels.filter((channel) => this.#interests.get(channel)?.state === 'idle');
    for (const channel of wanted) this.#interests.get(channel)!.state = 'asked';
    return this.#commandsFor(wanted);
  }

  #commandsFor(channels: string[]): string[][] {
    const groups = new Map<number, string[]>();
    for (const channel of channels) {
      const group = this.#options.groupOf(channel);
      const there = groups.get(group);
      if (there) there.push(channel);
      else groups.set(group, [channel]);
    }
    return [...groups.values()].flatMap((group) => parts(group, CHANNELS_PER_COMMAND));
  }

  /** Resolves to whether the channels were confirmed. */
  async #askFor(channels: string[]): Promise<boolean> {
    const client = this.#client;
    const interests = channels.map((channel) => this.#interests.get(channel));
    const asked = channels.filter((_, index) => interests[index]?.state === 'asked'); // some may be dropped by now
    if (asked.length === 0) return true;
    try {
      await client.subscribe(asked);
    } catch (error) {
      if (client !== this.#client || !this.#connected) return false;
      return this.#refused(interests, error);
    }
    for (const interest of interests) {
      if (interest?.state !== 'asked') continue; // the connection broke meanwhile
      interest.state = 'flowing';
      for (const { resolve } of noLongerWaiting(interest)) resolve();
    }
    return true;
  }

  /** Resolves to whether it is no trouble of this server's. */
  #refused(interests: (Interest | undefined)[], error: unknown): boolean {
    for (const interest of interests) if (interest) interest.state = 'idle';
    if (redirection(error)) {
      this.#moved(); // whoever keeps the map of slots will drop them here
      return true;
    }
    // Redis will not have it: those who wait are told, and all is tried again on a new connection.
    for (const interest of interests) {
      for (const { reject } of noLongerWaiting(interest)) reject(asUnavailable(error));
    }
    this.#changed(inWords(error));
    clearTimeout(this.#retry);
    const why = inWords(error);
    this.#retry = setTimeout(() => this.#client.reconnect(why), this.#options.retryAfterMs);
    return false;
  }

  #changed(trouble: string | undefined): void {
    this.#trouble = trouble;
    this.#options.onChange();
  }
}

function noLongerWaiting(interest: Interest | undefined): readonly Waiting[] {
  const waiting = interest?.waiting;
  if (interest) interest.waiting = undefined;
  return waiting ?? [];
}

function parts<Item>(items: Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
