import { HandshakeRefused, WireClient } from './wire-client.ts';

/** How long a follower that was refused or could not connect waits, ms. */
const RETRY_MS = 200;
/** Ends that are for good. */
const TRIP_ENDED = { code: 1000, status: 410 };

/** What there is to follow, and with what right. */
export interface Followable {
  readonly id: string;
  readonly riderToken: string;
}

/** A rider as [G1] asks for: whatever closes its socket, it comes back with the last time that it has. */
export class ReturningFollower {
  /** Codes of the closes so far. */
  readonly closes: number[] = [];
  /** Statuses of the handshakes that were refused. */
  readonly refusals: number[] = [];
  readonly trip: Followable;
  readonly #url: string;
  #before: number[] = [];
  #socket: WireClient | undefined;
  #isStopped = false;
  #isOver = false;

  private constructor(url: string, trip: Followable) {
    this.#url = url;
    this.trip = trip;
  }

  /** One that has heard `hello`. */
  static async of(url: string, trip: Followable): Promise<ReturningFollower> {
    const follower = new ReturningFollower(url, trip);
    follower.#socket = await follower.#connect();
    void follower.#stay();
    await follower.#socket!.event('hello');
    return follower;
  }

  /** The times of all fixes that it was sent, over all its sockets, in order, ms. */
  get times(): number[] {
    return [...this.#before, ...(this.#socket?.times ?? [])];
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Its trip has ended: it hears nothing more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  stop(): void {
    this.#isStopped = true;
    this.#socket?.drop();
  }

  async #stay(): Promise<void> {
    while (this.#socket) {
      const { code } = await this.#socket.closed(2 ** 31 - 1);
      this.#before = this.times;
      this.#socket = undefined;
      if (this.#isStopped) return;
      this.closes.push(code);
      if (code !== TRIP_ENDED.code) this.#socket = await this.#connect();
    }
    this.#isOver = true;
  }

  /** `undefined` when there is nothing to come back to. */
  async #connect(): Promise<WireClient | undefined> {
    const since = this.#before.at(-1);
    const path = `/v1/trips/${this.trip.id}/follow${since === undefined ? '' : `?since=${since}`}`;
    while (!this.#isStopped) {
      try {
        return await WireClient.open(this.#url + path, this.trip.riderToken);
      } catch (error) {
        const status = error instanceof HandshakeRefused ? error.status : 0;
        if (status === TRIP_ENDED.status) return undefined;
        this.refusals.push(status);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    return undefined;
  }
}
