// The radio between phones and nodes: a TCP proxy on 127.0.0.1, with real sockets on both sides.
//
// Each link has ports of its own, one for each node, so that all that a phone opens (its socket, its requests, whatever
// library opens them) meets the same conditions. Vehicles that drive through the same tunnel may share a link.
//
// A link costs a port and, connected, three files. At 1.5 messages a second each with latency, 1,000 links take 7.5 % of a
// core and 40 MB, 4,000 take 19 % and 97 MB (two cores of a shared VM, Node 20).
//
// What this can't show: the kernel keeps some hundred kB on each side of a loopback connection before a sender feels
// that nobody reads; and a link without coverage lets phones connect (to the proxy) and then hear nothing, where a real
// one would not answer at all.

import { createServer, type Server, Socket } from 'node:net';
import type { Clock } from '@tripcast/client';
import { type Random, uniform } from '../random.ts';
import { CLEAR_CONDITIONS, type RadioConditions } from './radio-conditions.ts';
import { RadioLane } from './radio-lane.ts';
import { RadioPipe } from './radio-pipe.ts';

/** One phone's radio, or that of several in the same place. */
export interface RadioLink {
  /** `http://127.0.0.1:<port>` for each target, in their order. */
  readonly origins: readonly string[];
  /** Connections that are there, on either side. */
  readonly connections: number;
  /** Bytes that came out at the other end: from phones, to phones. */
  readonly passedBytes: { readonly up: number; readonly down: number };
  readonly conditions: Readonly<RadioConditions>;
  /** From now on; what is not given stays. Bytes that wait are delivered under the new conditions. */
  setConditions(conditions: Partial<RadioConditions>): void;
  /** Resets all connections, on both sides. */
  cut(): void;
  /** Makes all connections half-open: both ends believe in them and hear no more. New ones work. */
  forget(): void;
  /** Resets what is there and frees the ports. May be called twice. */
  close(): Promise<void>;
}

export interface RadioProxy {
  /** @param targets origins of the nodes; @throws (rejects) when no port can be had */
  open(targets: readonly string[]): Promise<RadioLink>;
  /** Closes all links. May be called twice. */
  close(): Promise<void>;
}

export function createRadioProxy(options: { clock: Clock; random: Random }): RadioProxy {
  const links = new Set<Link>();
  return {
    async open(targets) {
      const link = new Link(options.clock, options.random);
      links.add(link);
      await link.listen(targets);
      return link;
    },
    async close() {
      await Promise.all([...links].map((link) => link.close()));
    },
  };
}

class Link implements RadioLink {
  readonly #servers: Server[] = [];
  readonly #connections = new Set<Connection>();
  readonly #up: RadioLane;
  readonly #down: RadioLane;
  #conditions: RadioConditions = CLEAR_CONDITIONS;
  #origins: string[] = [];

  constructor(clock: Clock, random: Random) {
    const lane = (isOpen: () => boolean) =>
      new RadioLane(clock, {
        isOpen,
        drawLatencyMs: () =>
          uniform(random, this.#conditions.latencyMs.least, this.#conditions.latencyMs.most),
        bytesPerSecond: () => this.#conditions.bytesPerSecond,
      });
    this.#up = lane(() => this.#conditions.coverage !== 'none');
    this.#down = lane(() => this.#conditions.coverage !== 'none' && !this.#conditions.isReaderStalled);
  }

  async listen(targets: readonly string[]): Promise<void> {
    this.#origins = await Promise.all(
      targets.map(async (target) => {
        const server = createServer({ allowHalfOpen: true, noDelay: true }, (phone) =>
          this.#accept(phone, target),
        );
        this.#servers.push(server);
        return `http://127.0.0.1:${await listening(server)}`;
      }),
    );
  }

  get origins(): readonly string[] {
    return this.#origins;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get passedBytes(): { up: number; down: number } {
    return { up: this.#up.passedBytes, down: this.#down.passedBytes };
  }

  get conditions(): Readonly<RadioConditions> {
    return this.#conditions;
  }

  setConditions(conditions: Partial<RadioConditions>): void {
    this.#conditions = { ...this.#conditions, ...conditions };
    for (const connection of this.#connections) connection.update();
  }

  cut(): void {
    for (const connection of this.#connections) connection.reset();
  }

  forget(): void {
    for (const connection of this.#connections) connection.forget();
  }

  async close(): Promise<void> {
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    this.cut();
    this.#up.close();
    this.#down.close();
    await Promise.all(closed);
  }

  #accept(phone: Socket, target: string): void {
    if (this.#conditions.coverage === 'refused') {
      phone.resetAndDestroy();
      return;
    }
    const connection = new Connection(phone, target, this.#up, this.#down, () =>
      this.#connections.delete(connection),
    );
    this.#connections.add(connection);
    connection.update();
  }
}

/** A phone's connection, and the one that goes on from here to the node once there is coverage. */
class Connection {
  readonly #node = new Socket({ allowHalfOpen: true });
  readonly #target: string;
  readonly #up: RadioLane;
  readonly #pipes: RadioPipe[];
  readonly #onGone: () => void;
  /** The sockets that are not closed; the node's is one of them from its dialling on. */
  readonly #open = new Set<Socket>();
  #hasDialled = false;
  /** One side was reset, which the other learns as soon as anything can pass. */
  #isBroken = false;
  #isForgotten = false;

  constructor(phone: Socket, target: string, up: RadioLane, down: RadioLane, onGone: () => void) {
    this.#target = target;
    this.#up = up;
    this.#onGone = onGone;
    this.#node.setNoDelay(true);
    this.#pipes = [new RadioPipe(phone, this.#node, up), new RadioPipe(this.#node, phone, down)];
    this.#watch(phone);
    phone.on('end', () => {
      if (!this.#hasDialled) this.reset(); // left before it came through
    });
  }

  /** Conditions changed: what may pass passes. */
  update(): void {
    if (this.#isForgotten || !this.#up.isOpen()) return;
    if (this.#isBroken) this.reset();
    else if (!this.#hasDialled) this.#dial();
    else for (const pipe of this.#pipes) pipe.pump();
  }

  reset(): void {
    for (const pipe of this.#pipes) pipe.close();
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  forget(): void {
    this.#isForgotten = true;
    for (const pipe of this.#pipes) pipe.close();
    for (const socket of this.#open) {
      // What comes falls on the floor; when an end gives up by itself, that end is freed.
      socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('drain');
      socket.on('end', () => socket.destroy());
      socket.resume();
    }
  }

  #dial(): void {
    const { hostname, port } = new URL(this.#target);
    this.#hasDialled = true;
    this.#watch(this.#node);
    this.#node.connect({ host: hostname, port: Number(port) }, () => this.update());
  }

  #watch(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => {
      this.#isBroken = true; // `close` follows
    });
    socket.on('close', () => {
      this.#open.delete(socket);
      if (this.#open.size === 0) this.#onGone();
      else this.update();
    });
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as { port: number }).port);
    });
  });
}
