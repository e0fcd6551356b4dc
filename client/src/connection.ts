// One socket that comes back: both ends keep theirs through it. It knows when to try, when to give up and when a peer
// is dead; what is said on the socket is its owner's business.
//
//   authorizing ──▶ opening ──▶ live            waiting ──(delay, wake)──▶ authorizing
//        │             ├──(no 101)──▶ inquiring ──▶ waiting | over
//        └─▶ waiting   └──(closed)──▶ waiting | over        live ──(closed, silent)──▶ waiting | over
//
// Each arm of the state has only its own timers; leaving it ends them.

import { CLOSE, closePolicy, offeredSubprotocols, type Problem, TIMING } from '@tripcast/protocol';
import { Backoff } from './backoff.ts';
import { ClockOffset, type OffsetEstimate } from './clock-offset.ts';
import { noSocket, noToken, problemOfClose } from './connection-problems.ts';
import type { Platform, Timer } from './platform.ts';
import { readToken, type TokenSource } from './token.ts';
import type { HttpAnswer, Verdict } from './verdict.ts';
import { Wire } from './wire.ts';

/**
 * What an app shows: `ended` and `refused` are final. `offline`: the device says that it has no network, and nothing
 * has come since; it is tried all the same.
 */
export type ConnectionState = 'connecting' | 'live' | 'offline' | 'reconnecting' | 'ended' | 'refused';

/** `problem` says why, where that is known. */
export interface ConnectionEvent {
  type: 'connection';
  connection: ConnectionState;
  problem?: Problem;
}

export interface ConnectionOwner {
  /** Where the next attempt goes, ws(s). Asked anew each time: it may hold the resume point. */
  socketUrl(): string;
  /** Why the handshake failed. `answer` is what the server said, where the platform tells. Must not reject. */
  inquire(token: string, answer: HttpAnswer | undefined, signal: AbortSignal): Promise<Verdict>;
  /** A text message, or the bytes of a binary one. An owner that finds the `hello` in it calls `welcome()`. */
  onMessage(message: string | Uint8Array): void;
  /** What `inquire` found, before the connection acts on it. */
  onVerdict?(verdict: Verdict): void;
  onConnection(event: ConnectionEvent): void;
}

interface Attempt {
  token: string;
  /** When it began, ms since the Unix epoch. */
  startedAt: number;
  /** `101` came. */
  opened: boolean;
  answer: HttpAnswer | undefined;
}

interface Inquiry {
  verdict: Promise<Verdict>;
  abandon: () => void;
}

type State =
  | { name: 'authorizing'; deadline: Timer }
  | { name: 'opening'; wire: Wire; attempt: Attempt; asked: Inquiry | undefined }
  | { name: 'live'; wire: Wire; since: number; clockOrigin: number }
  | { name: 'inquiring'; asked: Inquiry }
  | { name: 'waiting'; timer: Timer }
  | { name: 'over' };

/** Live for this long, a connection has proved itself: the next failure is a new one. */
const PROVED_AFTER_MS = 5_000;
/** What comes within this after the network went had come before, ms: it proves nothing. */
const STRAGGLER_MS = 250;

export class Connection {
  readonly #owner: ConnectionOwner;
  readonly #platform: Platform;
  readonly #tokenSource: TokenSource;
  readonly #backoff: Backoff;
  readonly #clockOffset = new ClockOffset();
  readonly #stopWaking: () => void;
  readonly #stopNetwork: () => void;
  #state: State;
  /** Without regard to the network. */
  #reached: ConnectionState = 'connecting';
  #shown: ConnectionState = 'connecting';
  /** Since when the device says that it has no network, ms since the Unix epoch, and nothing shows that it has. */
  #offlineSince: number | undefined;
  /** 1012 and 4001 may come back without delay, but only once until a connection has proved itself. */
  #mayHurry = true;

  /**
   * Begins at once; the owner hears of nothing before this turn of the event loop is over.
   * @param inquiresAtOnce the first attempt asks side by side with the socket rather than after it failed
   */
  constructor(owner: ConnectionOwner, platform: Platform, token: TokenSource, inquiresAtOnce: boolean) {
    this.#owner = owner;
    this.#platform = platform;
    this.#tokenSource = token;
    this.#backoff = new Backoff(platform.random);
    this.#stopWaking = platform.onWake(() => this.#wake());
    this.#stopNetwork = platform.onNetwork((isOnline) => {
      if (isOnline) this.#networkBack();
      else this.#networkGone();
    });
    this.#state = this.#authorize(inquiresAtOnce);
  }

  get shown(): ConnectionState {
    return this.#shown;
  }

  /** Bytes that the network has not taken yet; `undefined` while not live. */
  get bufferedAmount(): number | undefined {
    return this.#state.name === 'live' ? this.#state.wire.bufferedAmount : undefined;
  }

  /** Only while live; what is sent at another time is lost. */
  send(message: string | Uint8Array<ArrayBuffer>): void {
    if (this.#state.name === 'live') this.#state.wire.send(message);
  }

  /** The server said hello, and what time it is there. Returns what its clock is measured to be, if it could be. */
  welcome(serverTime: number): OffsetEstimate | undefined {
    const { clock } = this.#platform;
    let startedAt = clock.now();
    if (this.#state.name === 'opening') {
      const { wire, attempt, asked } = this.#state;
      asked?.abandon();
      this.#state = { name: 'live', wire, since: startedAt, clockOrigin: this.#clockOrigin() };
      this.#show('live');
      startedAt = attempt.startedAt;
    }
    return this.#clockOffset.measure(serverTime, startedAt, clock.now());
  }

  /** Leaves for good and says nothing more. May be called twice. */
  close(): void {
    this.#stopWaking();
    this.#stopNetwork();
    if (this.#state.name === 'live') this.#state.wire.leave();
    this.#enter({ name: 'over' });
  }

  #authorize(inquires: boolean): State {
    const { clock } = this.#platform;
    const state: State = {
      name: 'authorizing',
      deadline: clock.setTimeout(() => this.#backOff(noToken('it took too long')), TIMING.silenceLimitMs),
    };
    readToken(this.#tokenSource).then(
      (token) => {
        if (this.#state === state) this.#open(token, inquires);
      },
      (error: unknown) => {
        if (this.#state === state) this.#backOff(noToken(error));
      },
    );
    return state;
  }

  #open(token: string, inquires: boolean): void {
    const attempt: Attempt = {
      token,
      startedAt: this.#platform.clock.now(),
      opened: false,
      answer: undefined,
    };
    let wire: Wire;
    try {
      wire = new Wire(this.#owner.socketUrl(), offeredSubprotocols(token), this.#platform, {
        onAnswer: (answer) => {
          attempt.answer = answer;
        },
        onOpen: () => {
          attempt.opened = true;
        },
        onSignOfLife: () => {
          this.#proveNetwork();
          this.#checkClock();
        },
        onMessage: (message) => this.#owner.onMessage(message),
        onGone: (code, reason) => this.#lost(code, reason),
      });
    } catch (error) {
      this.#finish('refused', noSocket(error));
      return;
    }
    this.#enter({ name: 'opening', wire, attempt, asked: inquires ? this.#inquire(attempt) : undefined });
  }

  /** Only a hello measures the server's clock: when ours was set, a new one is needed. */
  #checkClock(): void {
    if (this.#state.name !== 'live') return;
    const setByMs = this.#clockOrigin() - this.#state.clockOrigin;
    if (Math.abs(setByMs) > TIMING.clockToleranceMs) this.#wait(0);
  }

  /** When the monotonic clock began, by the one that can be set: it moves only when that one is set. */
  #clockOrigin(): number {
    const { clock } = this.#platform;
    return clock.monotonicNow ? clock.now() - clock.monotonicNow() : 0;
  }

  /** The socket is gone, or as good as. */
  #lost(code: number, reason: string): void {
    const state = this.#state;
    if (state.name === 'opening' && !state.attempt.opened) {
      const asked = state.asked ?? this.#inquire(state.attempt);
      state.asked = undefined; // it outlives the socket
      this.#enter({ name: 'inquiring', asked });
      asked.verdict.then((verdict) => this.#judge(asked, verdict)); // it may have been given already
      return;
    }
    if (state.name === 'live' && this.#platform.clock.now() - state.since >= PROVED_AFTER_MS) {
      this.#backoff.reset();
      this.#mayHurry = true;
    }
    const policy = closePolicy(code);
    switch (policy) {
      case 'stop':
        if (code === CLOSE.tripEnded.code) this.#finish('ended');
        else this.#finish('refused', problemOfClose(code, reason));
        return;
      case 'renew token, then reconnect':
        if (typeof this.#tokenSource === 'string') this.#finish('refused', problemOfClose(code, reason));
        else this.#hurry();
        return;
      case 'reconnect now':
        this.#hurry();
        return;
      case 'back off':
        this.#backOff();
        return;
      default:
        policy satisfies never;
    }
  }

  #inquire(attempt: Attempt): Inquiry {
    const { clock } = this.#platform;
    const abort = new AbortController();
    const deadline = clock.setTimeout(() => abort.abort(), TIMING.silenceLimitMs);
    const inquiry: Inquiry = {
      verdict: this.#owner.inquire(attempt.token, attempt.answer, abort.signal),
      abandon: () => {
        clock.clearTimeout(deadline);
        abort.abort();
      },
    };
    inquiry.verdict.then((verdict) => {
      clock.clearTimeout(deadline);
      this.#judge(inquiry, verdict);
    });
    return inquiry;
  }

  #judge(asked: Inquiry, verdict: Verdict): void {
    const state = this.#state;
    if ((state.name !== 'opening' && state.name !== 'inquiring') || state.asked !== asked) return;
    if (state.name === 'opening' && verdict.outcome === 'retry' && !verdict.trip) return; // the socket may do better
    this.#owner.onVerdict?.(verdict);
    if (this.#state !== state) return; // closed by a listener
    switch (verdict.outcome) {
      case 'refused':
        this.#finish('refused', verdict.problem);
        return;
      case 'ended':
        this.#finish('ended');
        return;
      case 'retry':
        if (state.name === 'inquiring') this.#backOff(verdict.problem, verdict.retryAfterMs);
        return;
      default:
        verdict satisfies never;
    }
  }

  #backOff(why?: Problem, atLeastMs = 0): void {
    this.#wait(atLeastMs + this.#backoff.next(), why);
  }

  #hurry(): void {
    if (this.#mayHurry) this.#wait(0);
    else this.#backOff();
    this.#mayHurry = false;
  }

  #wait(delayMs: number, why?: Problem): void {
    const timer = this.#platform.clock.setTimeout(() => this.#again(), delayMs);
    this.#enter({ name: 'waiting', timer });
    this.#show('reconnecting', why);
  }

  #again(): void {
    this.#enter(this.#authorize(false));
  }

  /** The page is seen again, or the network is back: don't wait, and don't trust a socket that was silent long. */
  #wake(): void {
    if (this.#state.name === 'waiting') this.#again();
    else if (this.#state.name === 'live' && this.#state.wire.silentMs >= TIMING.silenceLimitMs) this.#wait(0);
  }

  /** The device says so. An open connection is kept, for it may be wrong. */
  #networkGone(): void {
    this.#offlineSince ??= this.#platform.clock.now();
    this.#tell();
  }

  /** Don't wait, and don't trust what was begun before: it may have run over a network that is gone. */
  #networkBack(): void {
    const wasOffline = this.#offlineSince !== undefined;
    this.#offlineSince = undefined;
    this.#backoff.reset(); // that nobody was reached without a network says nothing of the server
    if (!wasOffline) {
      this.#wake();
      return;
    }
    if (this.#state.name === 'live') this.#reached = 'reconnecting';
    if (this.#state.name !== 'authorizing') this.#again();
    this.#tell();
  }

  /** Something came: whatever the device says, there is a network. */
  #proveNetwork(): void {
    if (this.#offlineSince === undefined) return;
    const sinceMs = this.#platform.clock.now() - this.#offlineSince;
    if (sinceMs >= 0 && sinceMs < STRAGGLER_MS) return;
    this.#offlineSince = undefined;
    if (this.#state.name === 'live') this.#tell(); // else a hello is told in a moment
  }

  #finish(connection: 'ended' | 'refused', why?: Problem): void {
    this.#stopWaking();
    this.#stopNetwork();
    this.#enter({ name: 'over' });
    this.#show(connection, why);
  }

  #show(connection: ConnectionState, why?: Problem): void {
    this.#reached = connection;
    this.#tell(why);
  }

  #tell(why?: Problem): void {
    const isOffline = this.#offlineSince !== undefined && this.#state.name !== 'over';
    const connection = isOffline ? 'offline' : this.#reached;
    if (connection === this.#shown && !why) return;
    this.#shown = connection;
    this.#owner.onConnection({ type: 'connection', connection, ...(why && { problem: why }) });
  }

  /** Ends what the present state holds, then is in `next`. */
  #enter(next: State): void {
    const { clock } = this.#platform;
    const left = this.#state;
    if (left.name === 'over') return; // for good
    this.#state = next;
    switch (left.name) {
      case 'authorizing':
        clock.clearTimeout(left.deadline);
        break;
      case 'opening':
        left.asked?.abandon();
        left.wire.drop();
        break;
      case 'live':
        left.wire.drop();
        break;
      case 'inquiring':
        left.asked.abandon();
        break;
      case 'waiting':
        clock.clearTimeout(left.timer);
        break;
      default:
        left satisfies never;
    }
  }
}
