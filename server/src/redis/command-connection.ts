import { BackendUnavailable } from '../backend.ts';
import { asUnavailable, inWords, isRefusal } from './redis-errors.ts';
import type { ClientEvents, RespClient } from './resp/client.ts';
import type { Argument } from './resp/encode-command.ts';

/** A connection is looked at this many times within its deadline: one late look, after a stall of ours, proves nothing. */
const LOOKS = 3;
/** Their success shows that Redis takes writes. */
const WRITES = new Set(['EVAL', 'EVALSHA', 'SET']);

export interface CommandConnectionOptions {
  createClient: (events: ClientEvents) => RespClient;
  /** No reply for this long while commands wait: the connection hangs. */
  replyDeadlineMs: number;
  /** A connection is ready for commands. */
  onReady?: () => void;
  /** `trouble` may have changed. */
  onChange?: () => void;
  /** It was closed. */
  onClose?: () => void;
}

/**
 * Sends commands to one server over one connection, in order. Whatever keeps Redis from answering rejects with
 * `BackendUnavailable`, at the latest after the deadline; nothing waits for better times. A client that hangs is
 * destroyed and replaced. Redirections reject, too: `redirection` reads them in the error.
 */
export class CommandConnection {
  readonly #options: CommandConnectionOptions;
  #client: RespClient;
  #connection: string | undefined = 'not connected yet';
  #refusal: string | undefined;
  #waiting = 0;
  #silentLooks = 0;
  #watch: NodeJS.Timeout | undefined;
  #handshake: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: CommandConnectionOptions) {
    this.#options = options;
    this.#client = this.#connect();
  }

  /** Why commands fail now, in words; `undefined` while they don't. */
  get trouble(): string | undefined {
    return this.#connection ?? this.#refusal;
  }

  /** Whether the server answers: it may still refuse. */
  get isConnected(): boolean {
    return this.#connection === undefined;
  }

  /** @returns the reply, as `resp/reply-reader.ts` reads it */
  send<Reply>(command: string, ...args: Argument[]): Promise<Reply> {
    return this.#send(false, command, args);
  }

  /** As `send`, for a key whose slot is just moving to this server. */
  sendAsking<Reply>(command: string, ...args: Argument[]): Promise<Reply> {
    return this.#send(true, command, args);
  }

  /** Gives the connection up: it leads to the wrong server, or nowhere. */
  replace(why: string): void {
    if (this.#closed) return;
    const old = this.#client;
    this.#silentLooks = 0;
    this.#client = this.#connect();
    this.#refusal = undefined;
    this.#changed(why);
    old.destroy(); // rejects what waits
  }

  /** May be called twice. Commands that wait are rejected. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#watch);
    clearTimeout(this.#handshake);
    this.#client.destroy();
    this.#options.onClose?.();
  }

  async #send<Reply>(asking: boolean, command: string, args: readonly Argument[]): Promise<Reply> {
    if (this.#closed) throw new BackendUnavailable('the connection to Redis is closed');
    this.#waiting++;
    this.#watch ??= this.#lookLater();
    try {
      // It holds for the very next command on the connection; when it fails, so does that one.
      if (asking) this.#client.send(['ASKING']).catch(() => {});
      const reply = await this.#client.send([command, ...args]);
      if (this.#refusal !== undefined && WRITES.has(command)) this.#refused(undefined);
      return reply as Reply;
    } catch (error) {
      if (isRefusal(error)) this.#refused(error.message);
      throw asUnavailable(error);
    } finally {
      this.#waiting--;
      this.#silentLooks = 0;
    }
  }

  #connect(): RespClient {
    const isOld = () => this.#closed || client !== this.#client;
    const client: RespClient = this.#options.createClient({
      connected: () => {
        if (isOld()) return;
        clearTimeout(this.#handshake);
        this.#handshake = setTimeout(() => this.#hangs(), this.#options.replyDeadlineMs);
      },
      ready: () => {
        if (isOld()) return;
        clearTimeout(this.#handshake);
        this.#changed(undefined);
        this.#options.onReady?.();
      },
      lost: (error) => {
        if (isOld()) return;
        clearTimeout(this.#handshake);
        this.#changed(`not connected: ${inWords(error)}`);
      },
    });
    return client;
  }

  #lookLater(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#watch = undefined;
      if (this.#waiting === 0) this.#silentLooks = 0;
      else if (++this.#silentLooks < LOOKS) this.#watch = this.#lookLater();
      else this.#hangs();
    }, this.#options.replyDeadlineMs / LOOKS);
  }

  #hangs(): void {
    this.replace(`no reply for ${this.#options.replyDeadlineMs} ms`);
  }

  #changed(connection: string | undefined): void {
    this.#connection = connection;
    this.#options.onChange?.();
  }

  #refused(refusal: string | undefined): void {
    this.#refusal = refusal;
    this.#options.onChange?.();
  }
}
