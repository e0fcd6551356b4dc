import type { Redis as Ioredis } from 'ioredis';
import { BackendUnavailable } from '../backend.ts';
import type { Unsubscribe } from '../bus/live-bus.ts';
import { asUnavailable, inWords } from './redis-errors.ts';

type Listener = (message: Uint8Array) => void;

/** A channel that somebody on this node listens to. */
interface Interest {
  readonly listeners: Set<{ listener: Listener }>;
  /** As far as this connection goes: not asked for, asked for, confirmed. */
  state: 'idle' | 'asked' | 'flowing';
  /** Those who wait for `flowing`. */
  waiting: { resolve: () => void; reject: (error: unknown) => void }[];
}

/** Channels in one SSUBSCRIBE: few round trips for ten thousand, and no command that blocks Redis for long. */
const CHANNELS_PER_COMMAND = 500;

export interface SubscriberOptions {
  createClient: () => Ioredis;
  /** The pause before a connection that refused a subscription is tried again, ms. */
  retryAfterMs: number;
  /** `trouble` may have changed. */
  onChange?: () => void;
}

/**
 * Holds all of a node's subscriptions on one connection. Each turn of the event loop compares what is wanted with what
 * was asked for, and sends the difference as one command each way; commands keep their order, so the last wish wins.
 * After a break everything wanted is asked for again.
 */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #interests = new Map<string, Interest>();
  readonly #resubscribedListeners = new Set<() => void>();
  #client: Ioredis;
  #trouble: string | undefined = 'not connected yet';
  #connected = false;
  #wasFlowing = false;
  readonly #stirred = new Set<string>();
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#client = this.#connect();
  }

  /** Why not all subscriptions flow now, in words; `undefined` while they do. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** As `LiveBus.subscribe`. */
  async subscribe(channel: string, listener: Listener): Promise<Unsubscribe> {
    if (!this.#connected) throw new BackendUnavailable(`cannot subscribe in Redis: ${this.#trouble}`);
    const unsubscribe = this.want(channel, listener);
    try {
      await this.#flowing(channel);
    } catch (error) {
      unsubscribe();
      throw error;
    }
    return unsubscribe;
  }

  /** Listens from whenever the channel can be subscribed to; also when there is no connection yet. */
  want(channel: string, listener: Listener): Unsubscribe {
    const interest = this.#interests.get(channel) ?? { listeners: new Set(), state: 'idle', waiting: [] };
    this.#interests.set(channel, interest);
    const entry = { listener };
    interest.listeners.add(entry);
    this.#stir(channel);
    return () => {
      if (interest.listeners.delete(entry) && interest.listeners.size === 0) this.#stir(channel);
    };
  }

  /** As `LiveBus.onResubscribed`. */
  onResubscribed(listener: () => void): Unsubscribe {
    const own = () => listener();
    this.#resubscribedListeners.add(own);
    return () => this.#resubscribedListeners.delete(own);
  }

  /** Gives up a connection that only looks alive. */
  rebuild(why: string): void {
    const deaf = this.#client;
    this.#client = this.#connect();
    this.#broke(why);
    deaf.disconnect();
  }

  /** May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#broke('closed');
    this.#client.disconnect();
  }

  #connect(): Ioredis {
    const client = this.#options.createClient();
    const isOld = () => this.#closed || client !== this.#client;
    client.on('ready', () => {
      if (!isOld()) void this.#resubscribe();
    });
    client.on('error', (error: unknown) => {
      if (!isOld()) this.#changed(`not connected: ${inWords(error)}`);
    });
    client.on('close', () => {
      if (!isOld()) this.#broke(this.#trouble ?? 'the connection was closed');
    });
    client.on('smessageBuffer', (channel: Buffer, message: Buffer) => {
      if (isOld()) return;
      const interest = this.#interests.get(channel.toString());
      if (interest) for (const { listener } of interest.listeners) listener(message);
    });
    return client;
  }

  async #resubscribe(): Promise<void> {
    this.#connected = true;
    const client = this.#client;
    const outcomes = await Promise.all(this.#ask([...this.#interests.keys()]));
    if (client !== this.#client || !this.#connected || outcomes.includes(false)) return;
    const isReturn = this.#wasFlowing;
    this.#wasFlowing = true;
    this.#changed(undefined);
    if (isReturn) for (const listener of [...this.#resubscribedListeners]) listener();
  }

  #broke(why: string): void {
    this.#connected = false;
    clearTimeout(this.#retry);
    this.#stirred.clear();
    for (const interest of this.#interests.values()) {
      interest.state = 'idle';
      for (const { reject } of interest.waiting.splice(0)) {
        reject(new BackendUnavailable(`the subscriptions' connection to Redis was lost: ${why}`));
      }
    }
    this.#changed(why);
  }

  #flowing(channel: string): Promise<void> {
    const interest = this.#interests.get(channel);
    if (!interest || interest.state === 'flowing') return Promise.resolve();
    return new Promise((resolve, reject) => {
      interest.waiting.push({ resolve, reject });
    });
  }

  #stir(channel: string): void {
    if (!this.#connected) return;
    if (this.#stirred.size === 0) {
      setImmediate(() => {
        const stirred = [...this.#stirred];
        this.#stirred.clear();
        if (this.#connected) this.#ask(stirred);
      });
    }
    this.#stirred.add(channel);
  }

  /** Sends what differs from what is wanted. Each promise resolves to whether its part was confirmed. */
  #ask(channels: string[]): Promise<boolean>[] {
    const wanted: [string, Interest][] = [];
    const unwanted: string[] = [];
    for (const channel of channels) {
      const interest = this.#interests.get(channel);
      if (!interest) continue;
      if (interest.listeners.size === 0) {
        this.#interests.delete(channel);
        if (interest.state !== 'idle') unwanted.push(channel);
      } else if (interest.state === 'idle') {
        interest.state = 'asked';
        wanted.push([channel, interest]);
      }
    }
    for (const part of parts(unwanted)) {
      this.#client.sunsubscribe(...part).catch(() => {}); // only a lost connection fails it, and ends the subscription
    }
    return parts(wanted).map((part) => this.#askFor(part));
  }

  async #askFor(part: [string, Interest][]): Promise<boolean> {
    const client = this.#client;
    try {
      await client.ssubscribe(...part.map(([channel]) => channel));
    } catch (error) {
      if (client === this.#client && this.#connected) this.#refused(part, error);
      return false;
    }
    for (const [, interest] of part) {
      if (interest.state !== 'asked') continue; // the connection broke meanwhile
      interest.state = 'flowing';
      for (const { resolve } of interest.waiting.splice(0)) resolve();
    }
    return true;
  }

  /** Redis will not have it: those who wait are told, and what else was subscribed is tried again on a new connection. */
  #refused(part: [string, Interest][], error: unknown): void {
    for (const [, interest] of part) {
      interest.state = 'idle';
      for (const { reject } of interest.waiting.splice(0)) reject(asUnavailable(error));
    }
    this.#changed(inWords(error));
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#client.disconnect(true), this.#options.retryAfterMs);
  }

  #changed(trouble: string | undefined): void {
    this.#trouble = trouble;
    this.#options.onChange?.();
  }
}

function parts<Item>(items: Item[]): Item[][] {
  const count = Math.ceil(items.length / CHANNELS_PER_COMMAND);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * CHANNELS_PER_COMMAND, (index + 1) * CHANNELS_PER_COMMAND),
  );
}
