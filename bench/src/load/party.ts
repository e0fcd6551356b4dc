import { Connection, type Holder, type Origin, type Request } from './connection.ts';
import type { Party, PositionFrame, Wire } from './wires/wire.ts';

/** Who is told of what happens to a party. */
export interface PartyKeeper {
  /** The server has said that it is in. */
  ready(party: Driver | Rider): void;
  arrived(rider: Rider, time: number): void;
  lost(party: Driver | Rider, why: string): void;
}

abstract class Connected implements Holder, Party {
  abstract readonly isDriver: boolean;
  readonly trip: number;
  remainder: Buffer | undefined;
  /** Whether the server has said that it is in. */
  isIn = false;
  protected readonly keeper: PartyKeeper;
  readonly #wire: Wire;
  #connection: Connection | undefined;

  constructor(trip: number, wire: Wire, keeper: PartyKeeper) {
    this.trip = trip;
    this.#wire = wire;
    this.keeper = keeper;
  }

  get bytesHeard(): number {
    return this.#connection?.bytesHeard ?? 0;
  }

  heard(isText: boolean, bytes: Buffer, start: number, end: number): void {
    this.#wire.heard(this, isText, bytes, start, end);
  }

  closed(why: string): void {
    this.keeper.lost(this as unknown as Driver | Rider, why);
  }

  send(frame: Buffer): void {
    this.#connection?.send(frame);
  }

  ready(): void {
    this.isIn = true;
    this.keeper.ready(this as unknown as Driver | Rider);
  }

  received(_time: number): void {}

  acknowledged(_time: number): void {}

  /** Resets the connection; nobody is told. */
  reset(): void {
    this.isIn = false;
    this.#connection?.reset();
    this.#connection = undefined;
  }

  abstract connect(origin: Origin): void;

  protected open(origin: Origin, request: Request): void {
    this.remainder = undefined;
    this.#connection = new Connection(origin, request, this);
  }
}

export class Driver extends Connected {
  readonly isDriver = true;
  readonly #frame: PositionFrame;
  readonly #request: Request;
  /** Of the last position that was sent, and of the last one that is known to be stored, ms. */
  sentTime = 0;
  acknowledgedTime = 0;

  constructor(trip: number, wire: Wire, keeper: PartyKeeper) {
    super(trip, wire, keeper);
    this.#frame = wire.position(trip);
    this.#request = wire.driver(trip);
  }

  connect(origin: Origin): void {
    this.open(origin, this.#request);
  }

  /** Sends its position. Returns the position's time, later than that of the last one. */
  sendPosition(nowMs: number): number {
    this.sentTime = Math.max(nowMs, this.sentTime + 1);
    this.#frame.stamp(this.sentTime);
    this.send(this.#frame.frame);
    return this.sentTime;
  }

  override acknowledged(time: number): void {
    this.acknowledgedTime = time;
  }
}

export class Rider extends Connected {
  readonly isDriver = false;
  readonly #request: Request;
  /** Which of its trip's positions it expects next. */
  next = 0;
  /** Positions that came over this connection. */
  positions = 0;

  constructor(trip: number, wire: Wire, keeper: PartyKeeper) {
    super(trip, wire, keeper);
    this.#request = wire.rider(trip);
  }

  connect(origin: Origin): void {
    this.positions = 0;
    this.open(origin, this.#request);
  }

  override received(time: number): void {
    this.positions++;
    this.keeper.arrived(this, time);
  }
}
