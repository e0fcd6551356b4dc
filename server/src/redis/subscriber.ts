import { BackendUnavailable } from '../backend.ts';
import type { Hearer, Unsubscribe } from '../bus/live-bus.ts';
import type { BackendFigures } from '../metrics/backend-figures.ts';
import type { RedisServers } from './redis-servers.ts';
import type { Shard } from './shard.ts';
import type { SubscriberConnection } from './subscriber-connection.ts';

/** Looks within a deadline: one late look, after a stall of ours, proves nothing. */
const LOOKS = 3;

/** A channel that somebody on this node listens to; there are many of these. */
class Interest implements Hearer {
  /** Mostly one. Several are replaced when one comes or goes: whoever goes through them is not disturbed. */
  hearers: Hearer | readonly Hearer[];
  /** Where it is held now: on the server that has its slot. */
  home: SubscriberConnection | undefined;

  constructor(hearer: Hearer, home: SubscriberConnection) {
    this.hearers = hearer;
    this.home = home;
  }

  hear(message: Uint8Array): void {
    const { hearers } = this;
    if ('hear' in hearers) hearers.hear(message);
    else for (const hearer of hearers) hearer.hear(message);
  }

  join(hearer: Hearer): void {
    this.hearers = [this.hearers, hearer].flat();
  }

  /** Whether anybody is left. */
  leave(hearer: Hearer): boolean {
    const left = [this.hearers].flat().filter((one) => one !== hearer);
    this.hearers = left.length === 1 ? left[0]! : left;
    return left.length > 0;
  }
}

/** All of a node's subscriptions. Each is held on the server that has its slot, and moves with the slot. */
export class Subscriber {
  readonly #servers: RedisServers;
  readonly #deadlineMs: number;
  readonly #figures: BackendFigures;
  readonly #interests = new Map<string, Interest>();
  readonly #resubscribedListeners = new Set<() => void>();
  /** Some messages may have been lost since the listeners were last told. */
  #hasMissed = false;
  #movesUnderWay = 0;
  /** Servers whose subscriptions did not flow at the last look. */
  #deaf: readonly Shard[] = [];

  /** @param deadlineMs a subscription that is not confirmed after this long is refused */
  constructor(servers: RedisServers, deadlineMs: number, figures: BackendFigures) {
    this.#servers = servers;
    this.#deadlineMs = deadlineMs;
    this.#figures = figures;
  }

  /** As `LiveBus.subscribe`. */
  async subscribe(channel: string, hearer: Hearer): Promise<void> {
    const home = this.#servers.shardOf(channel).subscriptions;
    if (!home.isConnected) throw new BackendUnavailable(`cannot subscribe in Redis: ${home.trouble}`);
    const interest = this.#join(channel, hearer, home);
    try {
      await this.#flows(channel, interest);
    } catch (error) {
      this.unsubscribe(channel, hearer);
      throw error;
    }
  }

  /** As `LiveBus.unsubscribe`. */
  unsubscribe(channel: string, hearer: Hearer): void {
    const interest = this.#interests.get(channel);
    if (!interest || interest.leave(hearer)) return;
    this.#interests.delete(channel);
    interest.home?.drop(channel);
  }

  /** As `LiveBus.onResubscribed`. */
  onResubscribed(listener: () => void): Unsubscribe {
    const own = () => listener();
    this.#resubscribedListeners.add(own);
    return () => this.#resubscribedListeners.delete(own);
  }

  /** Slots have another server: their channels follow them. */
  async rehome(): Promise<void> {
    const moved: Promise<void>[] = [];
    for (const [channel, interest] of this.#interests) {
      const home = this.#servers.find(channel)?.subscriptions;
      if (home === interest.home) continue;
      const old = interest.home;
      interest.home = home;
      old?.drop(channel);
      home?.hold(channel, interest);
      moved.push(home ? home.flows(channel) : Promise.resolve());
    }
    if (moved.length === 0) return;
    this.#hasMissed = true;
    this.#movesUnderWay++;
    await Promise.allSettled(moved); // what fails here is a connection's trouble, and told as such
    this.#movesUnderWay--;
    this.noteChange();
  }

  /** Call it whenever a server's trouble may have changed: tells the listeners when one that was deaf hears again. */
  noteChange(): void {
    const deaf = this.#servers.deaf;
    if (this.#deaf.some((shard) => !deaf.includes(shard))) this.#hasMissed = true;
    this.#deaf = deaf;
    if (!this.#hasMissed || this.#movesUnderWay > 0) return;
    this.#hasMissed = false;
    this.#figures.resubscriptions.add();
    for (const listener of [...this.#resubscribedListeners]) listener();
  }

  #join(channel: string, hearer: Hearer, home: SubscriberConnection): Interest {
    const there = this.#interests.get(channel);
    there?.join(hearer);
    if (there) return there;
    const interest = new Interest(hearer, home);
    this.#interests.set(channel, interest);
    home.hold(channel, interest);
    return interest;
  }

  /** Resolves when it is heard, wherever it moves meanwhile. */
  async #flows(channel: string, interest: Interest): Promise<void> {
    let deadline: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      const why = `Redis has not confirmed a subscription for ${this.#deadlineMs} ms`;
      let looks = 0;
      deadline = setInterval(() => {
        if (++looks >= LOOKS) reject(new BackendUnavailable(why));
      }, this.#deadlineMs / LOOKS);
    });
    try {
      while (true) {
        const home = interest.home;
        if (!home) throw new BackendUnavailable('no Redis server has this channel');
        try {
          return await Promise.race([home.flows(channel), expired]);
        } catch (error) {
          if (interest.home === home) throw error;
        }
      }
    } finally {
      clearInterval(deadline);
    }
  }
}
