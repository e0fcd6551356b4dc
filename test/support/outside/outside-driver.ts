import { fixOf } from './bytes.ts';
import { OutsideSocket } from './outside-socket.ts';
import type { CarTrip, Town } from './town.ts';

const FIXES_PER_MESSAGE = 64;
/** Beyond it a client waits until its connection has taken what it was given, bytes. */
const MOST_UNSENT = 65_536;

/** A driver's phone that keeps the rules: what is not acknowledged is kept, and sent again, oldest first. */
export class OutsideDriver {
  /** The times of all that it measured, in order, ms. */
  readonly measured: number[] = [];
  /** Times that it was told are settled. */
  readonly acknowledged = new Set<number>();
  readonly #town: Town;
  readonly trip: CarTrip;
  readonly #path: string;
  readonly #token: string;
  /** Measured and not acknowledged, oldest first. */
  #kept: number[] = [];
  #socket: OutsideSocket | undefined;
  /** Sent through this connection and not acknowledged. */
  #sent: number[] = [];
  #hasHello = false;
  #connectAt = 0;
  #isStopped = false;

  constructor(town: Town, trip: CarTrip) {
    this.#town = town;
    this.trip = trip;
    this.#path = `/v1/vehicles/${trip.vehicle}/drive`;
    this.#token = town.token({ role: 'driver', vehicle: trip.vehicle });
  }

  get isConnected(): boolean {
    return this.#hasHello;
  }

  get owed(): number {
    return this.#kept.length;
  }

  /** Its GPS has a position. */
  measure(): void {
    const time = Math.max(Date.now(), (this.measured.at(-1) ?? 0) + 1);
    this.measured.push(time);
    this.#kept.push(time);
  }

  /** What falls due. Call it some times a second. */
  tick(): void {
    this.#socket?.watch();
    if (!this.#socket && !this.#isStopped && performance.now() >= this.#connectAt) this.#connect();
    if (this.#socket && this.#hasHello && this.#socket.unsent < MOST_UNSENT) this.#sendNext(this.#socket);
  }

  /** Loses its connection. */
  drop(): void {
    this.#socket?.drop();
    this.#over();
    this.#connectAt = 0;
  }

  /** Connects again though it is connected, as an app does that was started twice. */
  connectAgain(): void {
    if (this.#hasHello) this.#connect();
  }

  stop(): void {
    this.#isStopped = true;
    this.drop();
  }

  #connect(): void {
    const socket: OutsideSocket = new OutsideSocket(this.#town.anyDoor(), this.#path, this.#token, {
      onEvent: (event) => this.#hear(socket, event),
      onFixes: () => this.#town.violated(`${this.trip.vehicle} was sent fixes`),
      onOver: (code, status) => {
        if (socket === this.#socket) this.#lost(code, status);
      },
    });
    // The one before goes on until this one has said hello: then the node closes it.
    this.#socket = socket;
    this.#sent = [];
    this.#hasHello = false;
  }

  #hear(socket: OutsideSocket, event: { type: string; [field: string]: unknown }): void {
    if (socket !== this.#socket) return;
    if (event.type === 'hello') this.#hasHello = true;
    else if (event.type === 'ack') this.#settle(event.time as number);
    else if (event.type === 'refused') {
      this.#town.violated(`${this.trip.vehicle}: ${event.time} was refused: ${event.code}`);
    }
  }

  /** All that this connection has sent up to then is settled. */
  #settle(time: number): void {
    if (!Number.isInteger(time)) this.#town.violated(`${this.trip.vehicle}: acknowledged ${time}`);
    const settled = this.#sent.filter((its) => its <= time);
    for (const its of settled) this.acknowledged.add(its);
    this.#sent = this.#sent.slice(settled.length);
    this.#kept = this.#kept.filter((its) => !this.acknowledged.has(its));
  }

  #sendNext(socket: OutsideSocket): void {
    const last = this.#sent.at(-1) ?? 0;
    const next = this.#kept.filter((time) => time > last).slice(0, FIXES_PER_MESSAGE);
    if (next.length === 0) return;
    socket.send(Buffer.concat(next.map((time) => fixOf(this.trip.car, time))));
    this.#sent.push(...next);
  }

  #lost(code: number, status: number): void {
    // The newest wins: this is the newest, and nobody else has the token.
    if ([4000, 4001, 4003, 4009, 1000].includes(code)) {
      this.#town.violated(`${this.trip.vehicle}: its newest connection was closed with ${code}`);
    }
    if (![0, 429, 503].includes(status))
      this.#town.violated(`${this.trip.vehicle} was refused with ${status}`);
    this.#over();
    const backOffMs = code === 1012 ? 0 : 1_000 * this.#town.random();
    this.#connectAt = performance.now() + backOffMs;
  }

  #over(): void {
    this.#socket = undefined;
    this.#sent = [];
    this.#hasHello = false;
  }
}
