import { BackendUnavailable } from '../backend.ts';
import { hashSlot, SLOTS } from './hash-slot.ts';
import type { LayoutSource, Master } from './layout.ts';
import { inWords, type Redirection } from './redis-errors.ts';
import { nameOf, type ServerAddress } from './redis-url.ts';
import type { Shard } from './shard.ts';

/** How long a server that has no slots any more is kept, ms: what is on its way there is sent on by its own answer. */
const LINGER_MS = 2_000;
/** Between two looks at the layout, however many ask for one, ms. */
const LOOK_AGAIN_AFTER_MS = 100;

export interface RedisServersOptions {
  source: LayoutSource;
  /** Whether a script may only touch keys of one slot. */
  isCluster: boolean;
  /** How often the layout is looked at unasked, ms. */
  refreshEveryMs: number;
  /** How long a server that we are sent to may take to be connected, ms. */
  connectMs: number;
  openShard: (address: ServerAddress, callbacks: { onChange: () => void; onMoved: () => void }) => Shard;
  /** Slots have other servers than before. */
  onLayout: (masters: readonly Master[]) => void;
  /** `trouble` may have changed. */
  onChange: () => void;
}

/** The masters that there are, and which has which slots: one for all of them, or a Cluster's. Keeps itself up to date. */
export class RedisServers {
  readonly #options: RedisServersOptions;
  /** By name: those of the layout, guests that we were sent to, and those that linger. */
  readonly #open = new Map<string, Shard>();
  #masters: ReadonlySet<Shard> = new Set();
  #bySlot: readonly (Shard | undefined)[] = [];
  /** Some slots have no server. */
  #hasGaps = false;
  #layout = '';
  /** Why no layout is known, as long as none is. */
  #unknown = 'not connected yet';
  #looking: Promise<void> | undefined;
  #hint: ServerAddress | undefined;
  #lastLookAt = Number.NEGATIVE_INFINITY;
  #again: NodeJS.Timeout | undefined;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(options: RedisServersOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.lookSoon(), options.refreshEveryMs);
    void this.#look();
  }

  /** All masters that have slots. */
  get all(): readonly Shard[] {
    return [...this.#masters];
  }

  /** Why something cannot be used now, in words; `undefined` while everything can. */
  get trouble(): string | undefined {
    if (this.#masters.size === 0) return this.#unknown;
    for (const { name, trouble } of this.#masters) if (trouble !== undefined) return `${name}: ${trouble}`;
    return this.#hasGaps ? 'some slots have no server' : undefined;
  }

  /** Whether anything can be used. */
  get isUsable(): boolean {
    for (const { trouble } of this.#masters) if (trouble === undefined) return true;
    return false;
  }

  /** Why acknowledgements wait, in words; `undefined` while they don't. */
  get delay(): string | undefined {
    for (const { name, delay } of this.#masters) if (delay !== undefined) return `${name}: ${delay}`;
    return undefined;
  }

  /** Whether the server of this key or channel can be used. */
  serves(name: string): boolean {
    const shard = this.find(name);
    return shard !== undefined && shard.trouble === undefined;
  }

  /** Why it can never be used, in words. */
  get fault(): string | undefined {
    return this.all.find(({ fault }) => fault !== undefined)?.fault;
  }

  /** Masters whose subscriptions do not flow now. */
  get deaf(): readonly Shard[] {
    return this.all.filter(({ subscriptions }) => subscriptions.trouble !== undefined);
  }

  /** The server that has this key or channel. @throws BackendUnavailable when none has */
  shardOf(name: string): Shard {
    const shard = this.find(name);
    if (!shard) throw new BackendUnavailable(`Redis cannot be used: ${this.trouble ?? 'closed'}`);
    return shard;
  }

  find(name: string): Shard | undefined {
    return this.#bySlot[this.#options.isCluster ? hashSlot(name) : 0];
  }

  /** Keys of one group may be given to one script. */
  groupOf(key: string): number {
    return this.#options.isCluster ? hashSlot(key) : 0;
  }

  /** The server that another one sends us to, once it can be used. @throws BackendUnavailable */
  async follow({ kind, to }: Redirection, from: Shard): Promise<Shard> {
    const address = to.host === '' ? { host: from.host, port: to.port } : to;
    if (kind === 'MOVED') this.lookSoon(address);
    const shard = this.#open.get(nameOf(address)) ?? this.#openShard(address);
    await shard.connected(this.#options.connectMs);
    return shard;
  }

  /** Looks at the layout, unless that has only just been done. @param hint a server that may know better */
  lookSoon(hint?: ServerAddress): void {
    this.#hint = hint ?? this.#hint;
    if (this.#closed || this.#again) return;
    const dueMs = Math.max(0, this.#lastLookAt + LOOK_AGAIN_AFTER_MS - performance.now());
    this.#again = setTimeout(() => {
      this.#again = undefined;
      void this.#look();
    }, dueMs);
  }

  /** May be called twice. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#again);
    this.#options.source.close();
    for (const shard of this.#open.values()) shard.close();
    this.#bySlot = [];
  }

  async #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
      this.#lastLookAt = performance.now();
      if (this.#hint) this.lookSoon();
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const hint = this.#hint;
    this.#hint = undefined;
    let masters: readonly Master[];
    try {
      masters = await this.#options.source.find(this.all, hint);
    } catch (error) {
      this.#unknown = inWords(error); // while those who are known do their work, nothing is wrong
      if (this.#closed || this.#masters.size > 0) return;
      this.lookSoon();
      this.#options.onChange();
      return;
    }
    if (!this.#closed) this.#adopt(masters);
  }

  #adopt(masters: readonly Master[]): void {
    for (const master of masters) this.#open.get(nameOf(master))?.expectReplicas(master);
    const layout = JSON.stringify(masters.map(({ host, port, slots }) => [host, port, slots]));
    if (layout === this.#layout) return;
    const before = this.#masters;
    const bySlot: (Shard | undefined)[] = new Array(SLOTS).fill(undefined);
    const now = new Set<Shard>();
    for (const master of masters) {
      const shard = this.#open.get(nameOf(master)) ?? this.#openShard(master);
      shard.expectReplicas(master);
      now.add(shard);
      for (const [from, to] of master.slots) bySlot.fill(shard, from, to + 1);
    }
    this.#masters = now;
    this.#bySlot = bySlot;
    this.#hasGaps = bySlot.includes(undefined);
    for (const shard of this.#open.values()) {
      shard.serve(now.has(shard) ? (slot) => bySlot[slot] === shard : undefined);
    }
    for (const shard of before) if (!now.has(shard)) this.#linger(shard);
    this.#layout = layout;
    this.#options.onLayout(masters);
    this.#options.onChange();
  }

  #openShard(address: ServerAddress): Shard {
    const shard = this.#options.openShard(address, {
      onChange: () => this.#options.onChange(),
      onMoved: () => this.lookSoon(),
    });
    this.#open.set(shard.name, shard);
    this.#linger(shard); // unless the layout names it by then
    return shard;
  }

  #linger(shard: Shard): void {
    setTimeout(() => {
      if (this.#masters.has(shard)) return;
      shard.close();
      if (this.#open.get(shard.name) === shard) this.#open.delete(shard.name);
    }, LINGER_MS).unref();
  }
}
