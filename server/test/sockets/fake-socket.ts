import type { Outlet } from '../../src/sockets/follower.ts';
import { timesOf } from '../contract/samples.ts';

const SENT_NOW = 1;
const DROPPED = 2;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The server's end of a socket whose client reads when a test says so. */
export class FakeSocket implements Outlet {
  /** Events and the times of fixes, in the order the client reads them. */
  readonly sent: (string | number[])[] = [];
  closedWith: number | undefined;
  /** How many messages it takes before its client must read. */
  room = Number.POSITIVE_INFINITY;
  #unread = 0;

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

  send(message: Uint8Array, isBinary: boolean): number {
    if (this.#unread >= this.room) return DROPPED;
    if (Number.isFinite(this.room)) this.#unread++;
    this.sent.push(isBinary ? timesOf(message) : decoder.decode(message));
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
