import type { Follower } from '../../src/sockets/follower.ts';
import type { WebSocket } from '../../src/sockets/uws.ts';
import { timesOf } from '../contract/samples.ts';

const SENT_NOW = 1;
const DROPPED = 2;

/** The server's end of a socket whose client reads when a test says so. */
export class FakeSocket {
  /** Events and the times of fixes, in the order the client reads them. */
  readonly sent: (string | number[])[] = [];
  closedWith: number | undefined;
  /** How many messages it takes before its client must read. */
  room = Number.POSITIVE_INFINITY;
  #unread = 0;

  /** As the code under test knows it. */
  get asWebSocket(): WebSocket<Follower> {
    return this as unknown as WebSocket<Follower>;
  }

  /** The times of all fixes, ms. */
  get times(): number[] {
    return this.sent.flatMap((message) => {
      if (typeof message !== 'string') return message;
      const event = JSON.parse(message) as { type: string; time: number };
      return event.type === 'fix' ? [event.time] : [];
    });
  }

  /** The client reads all; the caller tells the follower's room. */
  drain(): void {
    this.#unread = 0;
  }

  send(message: string | Uint8Array, isBinary: boolean): number {
    if (this.#unread >= this.room) return DROPPED;
    if (Number.isFinite(this.room)) this.#unread++;
    this.sent.push(isBinary ? timesOf(message as Uint8Array) : (message as string));
    return SENT_NOW;
  }

  getBufferedAmount(): number {
    return this.#unread;
  }

  cork(write: () => void): void {
    write();
  }

  end(code: number): void {
    this.closedWith = code;
  }
}
