// One socket that comes back: both ends keep theirs through it. It knows when to try, when to give up and when a peer
// is dead; what is said on the socket is its owner's business.
//
//   authorizing ──▶ opening ──▶ live            waiting ──(delay, wake)──▶ authorizing
//        │             ├──(no 101)──▶ inquiring ──▶ waiting | over
//        └─▶ waiting   └──(closed)──▶ waiting | over        live ──(closed, silent)──▶ waiting | over
//
// Each arm of the state has only its own timers; leaving it ends them.

import { CLOSE, closePolicy, offeredSubprotocols, type Problem, problem, TIMING } from '@tripcast/protocol';
import { Backoff } from './backoff.ts';
import { onHandshakeAnswer } from './handshake-answer.ts';
import type { Platform, PlatformSocket, Timer } from './platform.ts';
import { readToken, type TokenSource } from './token.ts';
import type { HttpAnswer, Verdict } from './verdict.ts';

/** What an app shows: `ended` and `refused` are final. */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'ended' | 'refused';

export interface ConnectionOwner {
  /** Where the next attempt goes, ws(s). Asked anew each time: it may hold the resume point. */
  socketUrl(): string;
  /** Why the handshake failed. `answer` is what the server said, where the platform tells. Must not reject. */
  inquire(token: string, answer: HttpAnswer | undefined, signal: AbortSignal): Promise<Verdict>;
  /** A text message; an owner that finds the `hello` in it calls `welcome()`. */
  onText(text: string): void;
  /** A binary message that is not empty. The owner may keep `bytes`. */
  onBinary(bytes: Uint8Array): void;
  /** What `inquire` found, before the connection acts on it. */
  onVerdict?(verdict: Verdict): void;
  onConnection(connection: ConnectionState, problem?: Problem): void;
}

interface Attempt {
  token: string;
  socket: PlatformSocket;
  /** When the attempt began, ms since the Unix epoch. */
  startedAt: number;
  /** `101` came. */
  opened: boolean;
  answer: HttpAnswer | undefined;
}

type State =
  | { name: 'authorizing'; deadline: Timer }
  | { name: 'opening'; attempt: Attempt; silence: Timer; asked: Inquiry | undefined }
  | { name: 'live'; socket: PlatformSocket; silence: Timer; since: number; clockOrigin: number }
  | { name: 'inquiring'; asked: Inquiry }
  | { name: 'waiting'; timer: Timer }
  | { name: 'over' };

interface Inquiry {
  verdict: Promise<Verdict>;
  abandon: () => void;
}

/** Live for this long, a connection has proved itself: the next failure is a new one. */
const PROVED_AFTER_MS = 5_000;

export class Connection {
  readonly #owner: ConnectionOwner;
  readonly #platform: Platform;
  readonly #tokenSource: TokenSource;
  readonly #backoff: Backoff;
  readonly #stopWaking: () => void;
  #state: State;
  #shown: ConnectionState = 'connecting';
  #heardAt: number;
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
    this.#heardAt = platform.clock.now();
    this.#state = this.#authorize(inquiresAtOnce);
  }

  get shown(): ConnectionState {
    return this.#shown;
  }

  /** Bytes that the network has not taken yet; `undefined` while there is no live socket. */
  get bufferedAmount(): number | undefined {
    return this.#state.name === 'live' ? this.#state.socket.bufferedAmount : undefined;
  }

  /** Only while live; what is sent at another time is lost. */
  send(message: Uint8Array<ArrayBuffer>): void {
    if (this.#state.name === 'live') this.#state.socket.send(message);
  }

  /** The server said hello. Returns when this attempt began, ms since the Unix epoch. */
  welcome(): number {
    const now = this.#platform.clock.now();
    if (this.#state.name !== 'opening') return now;
    const { attempt, silence, asked } = this.#state;
    asked?.abandon();
    const clockOrigin = this.#clockOrigin();
    this.#state = { name: 'live', socket: attempt.socket, silence, since: now, clockOrigin };
    this.#show('live');
    return attempt.startedAt;
  }

  /** Leaves for good and says nothing more. May be called twice. */
  close(): void {
    this.#stopWaking();
    this.#enter({ name: 'over' }, 'politely');
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
        if (this.#state === state) this.#backOff(noToken(String(error)));
      },
    );
    return state;
  }

  #open(token: string, inquires: boolean): void {
    const { WebSocket, clock } = this.#platform;
    let socket: PlatformSocket;
    try {
      socket = new WebSocket(this.#owner.socketUrl(), offeredSubprotocols(token));
    } catch (error) {
      this.#finish('refused', problem('invalid_request', `no socket can be made with this token: ${error}`));
      return;
    }
    socket.binaryType = 'arraybuffer';
    const attempt: Attempt = { token, socket, startedAt: clock.now(), opened: false, answer: undefined };
    this.#enter({
      name: 'opening',
      attempt,
      silence: this.#startSilence(),
      asked: inquires ? this.#inquire(attempt) : undefined,
    });

    onHandshakeAnswer(socket, clock, (answer) => {
      attempt.answer = answer;
    });
    socket.addEventListener('open', () => {
      attempt.opened = true;
    });
    socket.addEventListener('error', () => {}); // always followed by `close`, which decides
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#holds(socket)) this.#lost(code, reason);
    });
    socket.addEventListener('message', ({ data }) => {
      if (!this.#holds(socket)) return;
      this.#hear();
      if (!this.#holds(socket)) return;
      if (typeof data === 'string') this.#owner.onText(data);
      else if (data instanceof ArrayBuffer && data.byteLength > 0) this.#owner.onBinary(new Uint8Array(data));
    });
  }

  /** Whether this socket is the one in use; an abandoned one may still speak. */
  #holds(socket: PlatformSocket): boolean {
    const state = this.#state;
    return (
      (state.name === 'opening' && state.attempt.socket === socket) ||
      (state.name === 'live' && state.socket === socket)
    );
  }

  #startSilence(): Timer {
    this.#heardAt = this.#platform.clock.now();
    return this.#platform.clock.setTimeout(() => this.#lost(NO_CLOSE), TIMING.silenceLimitMs);
  }

  #hear(): void {
    if (this.#state.name !== 'opening' && this.#state.name !== 'live') return;
    this.#platform.clock.clearTimeout(this.#state.silence);
    this.#state.silence = this.#startSilence();
    if (this.#state.name !== 'live') return;
    const clockJumpMs = this.#clockOrigin() - this.#state.clockOrigin;
    if (Math.abs(clockJumpMs) > TIMING.clockToleranceMs) this.#wait(0); // only a hello measures the clock anew
  }

  /** When the monotonic clock began, by the one that can be set: it moves only when that one is set. */
  #clockOrigin(): number {
    const { clock } = this.#platform;
    return clock.monotonicNow ? clock.now() - clock.monotonicNow() : 0;
  }

  /** The socket is gone, or as good as. */
  #lost(code: number, reason = ''): void {
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

  /** The network is back, or the page is seen again: don't wait, and don't trust a socket that was silent long. */
  #wake(): void {
    if (this.#state.name === 'waiting') this.#again();
    else if (this.#state.name === 'live') {
      const silentMs = this.#platform.clock.now() - this.#heardAt;
      if (silentMs >= TIMING.silenceLimitMs) this.#lost(NO_CLOSE); // the page's timers slept too
    }
  }

  #finish(connection: 'ended' | 'refused', why?: Problem): void {
    this.#stopWaking();
    this.#enter({ name: 'over' });
    this.#show(connection, why);
  }

  #show(connection: ConnectionState, why?: Problem): void {
    if (connection === this.#shown && !why) return;
    this.#shown = connection;
    this.#owner.onConnection(connection, why);
  }

  /** Ends what the present state holds, then is in `next`. */
  #enter(next: State, manner: 'politely' | 'at once' = 'at once'): void {
    const { clock } = this.#platform;
    const left = this.#state;
    this.#state = next;
    switch (left.name) {
      case 'authorizing':
        clock.clearTimeout(left.deadline);
        break;
      case 'opening':
        clock.clearTimeout(left.silence);
        left.asked?.abandon();
        drop(left.attempt.socket);
        break;
      case 'live':
        clock.clearTimeout(left.silence);
        if (manner === 'politely') left.socket.close(CLOSE.tripEnded.code);
        else drop(left.socket);
        break;
      case 'inquiring':
        left.asked.abandon();
        break;
      case 'waiting':
        clock.clearTimeout(left.timer);
        break;
      case 'over':
        this.#state = left; // for good
        break;
      default:
        left satisfies never;
    }
  }
}

/** RFC 6455's code for a connection that ended without a close message. */
const NO_CLOSE = 1006;

/** Lets go of a socket without waiting for a peer that may be dead. */
function drop(socket: PlatformSocket): void {
  if (socket.terminate) socket.terminate();
  else socket.close();
}

function noToken(why: string): Problem {
  return problem('unavailable', `the token source gave no token: ${why}`);
}

/** A close that is final, in the words of the REST API. */
function problemOfClose(code: number, reason: string): Problem {
  const known = Object.values(CLOSE).find((close) => close.code === code);
  const detail = `closed with ${code}: ${reason || known?.reason || 'no reason given'}`;
  switch (code) {
    case CLOSE.malformed.code:
      return problem('invalid_request', detail);
    case CLOSE.tokenExpired.code:
      return problem('unauthenticated', detail);
    case CLOSE.replaced.code:
      return problem('conflict', detail);
    default:
      return problem('forbidden', detail);
  }
}
