// Carries HTTP requests from uWebSockets.js to a fetch handler and the answers back. The addon's rules, whose breaking ends
// the process, are kept here: each response gets an abort handler first, a request is read before the first `await`, a
// chunk of a body is copied at once, and an aborted response is not touched again.

import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { Arrivals } from '../limits/arrivals.ts';
import type { ByteBudget } from '../limits/byte-budget.ts';
import { requestAddress } from '../limits/request-address.ts';
import type { Log } from '../log.ts';
import { wholeTurn } from '../whole-turn.ts';
import { problemResponse, refusalResponse } from './problem-response.ts';

export interface BridgeOptions {
  /** Answers a request. HEAD is asked as GET, and the answer's body is not sent. */
  fetch: (request: Request) => Response | Promise<Response>;
  scheme: 'http' | 'https';
  /** Longer request bodies are refused with 413, and not read on. */
  bodyBytes: number;
  /** All bodies that are being read or answered. */
  bodies: ByteBudget;
  /** All long answers that are on their way. */
  answers: ByteBudget;
  /** Whether a body from whoever shows this Authorization header is worth waiting for. */
  isCaller: (authorization: string | undefined) => Promise<boolean>;
  /** Calls without a valid token count as tries of their address. */
  arrivals: Pick<Arrivals, 'call' | 'calledInVain'>;
  /** How many proxies in front are believed about where a client is. */
  proxyHops: number;
  log: Log;
}

const UNAUTHENTICATED = 401;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** When whoever was refused for the node's sake may try again, s. */
const TRY_AGAIN_AFTER_S = '1';
/** Bodies that are longer, or don't say how long they are, are read from callers alone, bytes. */
const ANYBODYS_BYTES = 4_096;
const NOTHING = new Uint8Array(0);
/** Longer answers are handed to the addon as their clients take them, bytes: it would keep a copy of what they don't. */
const LONG_ANSWER_BYTES = 65_536;
/** Headers of a connection, not of an answer: the addon writes its own. */
const NOT_FORWARDED = new Set(['content-length', 'connection', 'keep-alive', 'transfer-encoding']);
/** The addon takes a head of any length when it comes in one piece: longer ones are no request. */
const HEAD_BYTES = 16_384;
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;
/** Their answers end with the headers (RFC 9110 §6.4.1). */
const WITHOUT_BODY = new Set([204, 304]);

/** Answers every HTTP request that no route before takes. Nothing that a client sends makes it throw. */
export function bridgeHttp(app: TemplatedApp, options: BridgeOptions): void {
  app.any('/*', (res, req) => {
    const head = readHead(req, options.scheme);
    const address = requestAddress(res, req, options.proxyHops);
    const shutOut = head.path.startsWith('/v1/') ? options.arrivals.call(address) : undefined;
    const exchange: Exchange = { res, isHead: head.method === 'HEAD', state: 'reading', held: 0 };
    res.onAborted(() => {
      if (exchange.state === 'reading') letGo(exchange, options);
      exchange.state = 'aborted';
      exchange.onGone?.();
    });
    readBody(exchange, options, (body) => {
      exchange.state = 'answering';
      if (shutOut) void answer(exchange, tryAgain(refusalResponse(shutOut)), options, true);
      else if (body === 'too large') {
        const detail = `the body may have ${options.bodyBytes} bytes`;
        void answer(exchange, problemResponse('too_large', detail), options, true);
      } else if (body === 'no room') {
        const detail = 'the node is reading too much already';
        void answer(exchange, tryAgain(problemResponse('unavailable', detail)), options, true);
      } else {
        void answer(exchange, respond(body), options);
      }
    });
    if (isLong(head)) void refuseStrangers();

    /** They are told so at once, and what they send is not read on. */
    async function refuseStrangers(): Promise<void> {
      if ((await options.isCaller(headerOf(head, 'authorization'))) || exchange.state !== 'reading') return;
      exchange.state = 'answering';
      await answer(exchange, respond(NOTHING), options, true);
    }

    /** What a client asked for that has given up since is not done: a node that was frozen finds such requests. */
    async function respond(body: Uint8Array<ArrayBuffer>): Promise<Response | undefined> {
      if (mayChange(head)) await wholeTurn();
      if (exchange.state === 'aborted') return undefined;
      const response = await dispatch(head, body, options);
      if (response.status === UNAUTHENTICATED) options.arrivals.calledInVain(address);
      return response;
    }
  });
}

function tryAgain(response: Response): Response {
  response.headers.set('retry-after', TRY_AGAIN_AFTER_S);
  return response;
}

interface Exchange {
  readonly res: HttpResponse;
  readonly isHead: boolean;
  /** When `aborted`, `res` is no more. */
  state: 'reading' | 'answering' | 'aborted';
  /** Of its body, bytes. */
  held: number;
  /** Its client has gone while a long answer was on its way. */
  onGone?: () => void;
}

function letGo(exchange: Exchange, { bodies }: BridgeOptions): void {
  bodies.giveBack(exchange.held);
  exchange.held = 0;
}

interface RequestHead {
  method: string;
  path: string;
  /** Absent when host and path make none. */
  url: string | undefined;
  headers: [string, string][];
}

/** Copies what is there only now. */
function readHead(req: HttpRequest, scheme: string): RequestHead {
  const headers: [string, string][] = [];
  let bytes = 0;
  req.forEach((name, value) => {
    bytes += name.length + value.length;
    headers.push([name, value]);
  });
  const host = req.getHeader('host');
  const path = req.getUrl();
  const query = req.getQuery() || ''; // undefined when there is none, whatever the types say
  bytes += path.length + query.length;
  const isWhole = bytes <= HEAD_BYTES && HOST.test(host) && path.startsWith('/');
  return {
    method: req.getCaseSensitiveMethod(), // `getMethod` would make it lower case for good
    path,
    url: isWhole ? `${scheme}://${host}${path}${query ? `?${query}` : ''}` : undefined,
    headers,
  };
}

/** Who shows no token changes nothing. */
function mayChange(head: RequestHead): boolean {
  return !SAFE.has(head.method) && headerOf(head, 'authorization') !== undefined;
}

function headerOf(head: RequestHead, name: string): string | undefined {
  return head.headers.find(([its]) => its === name)?.[1];
}

function isLong(head: RequestHead): boolean {
  const length = headerOf(head, 'content-length') ?? '0';
  return headerOf(head, 'transfer-encoding') !== undefined || !(Number(length) <= ANYBODYS_BYTES);
}

/** Calls back once: with the whole body, or as soon as it cannot be had; never when the client goes before. */
function readBody(
  exchange: Exchange,
  { bodyBytes, bodies }: BridgeOptions,
  done: (body: Uint8Array<ArrayBuffer> | 'too large' | 'no room') => void,
): void {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  exchange.res.onData((chunk, isLast) => {
    if (exchange.state !== 'reading') return;
    bytes += chunk.byteLength;
    if (bytes > bodyBytes) return done('too large');
    if (!bodies.take(chunk.byteLength)) return done('no room');
    exchange.held += chunk.byteLength;
    if (chunk.byteLength > 0) chunks.push(new Uint8Array(chunk.slice(0))); // the addon takes `chunk` back on return
    if (isLast) done(concat(chunks, bytes));
  });
}

function concat(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

async function dispatch(
  head: RequestHead,
  body: Uint8Array<ArrayBuffer>,
  options: BridgeOptions,
): Promise<Response> {
  const request = requestOf(head, body);
  if (!request) return problemResponse('invalid_request', 'the request line or a header is not valid');
  return options.fetch(request);
}

/** `undefined` for what is no request by the Fetch standard: a foreign method, a bad URL, a header that can't be. */
function requestOf(head: RequestHead, body: Uint8Array<ArrayBuffer>): Request | undefined {
  if (head.url === undefined) return undefined;
  const method = head.method === 'HEAD' ? 'GET' : head.method;
  try {
    return new Request(head.url, {
      method,
      headers: head.headers,
      ...(method !== 'GET' && body.byteLength > 0 && { body }),
    });
  } catch {
    return undefined; // the client's fault: it gets a 400
  }
}

async function answer(
  exchange: Exchange,
  pending: Response | Promise<Response | undefined>,
  options: BridgeOptions,
  closeConnection = false,
): Promise<void> {
  let response: Response | undefined;
  let body: ArrayBuffer;
  try {
    response = await pending;
    if (!response) return; // nobody is there
    body = await response.arrayBuffer();
  } catch (error) {
    options.log.error({ err: error }, 'a request could not be answered');
    response = problemResponse('unavailable', 'the node made a mistake, which is in its log');
    body = await response.arrayBuffer();
  } finally {
    letGo(exchange, options);
  }
  if (exchange.state === 'aborted') return;
  const { res, isHead } = exchange;
  const isLong = body.byteLength > LONG_ANSWER_BYTES && !isHead;
  if (isLong && !options.answers.take(body.byteLength)) {
    const busy = problemResponse('unavailable', 'the node is sending too much already');
    return answer(exchange, tryAgain(busy), options, true);
  }
  res.cork(() => {
    res.writeStatus(`${response.status} ${STATUS_CODES[response.status] ?? ''}`);
    response.headers.forEach((value, name) => {
      if (!NOT_FORWARDED.has(name)) res.writeHeader(name, value);
    });
    const isBodiless = WITHOUT_BODY.has(response.status);
    if (isHead && !isBodiless) res.writeHeader('content-length', `${body.byteLength}`);
    // With a length as its argument the addon waits for a body, and closes at the next request.
    if (isHead || isBodiless) res.endWithoutBody();
    else if (isLong) sendLong(exchange, new Uint8Array(body), options);
    else res.end(body, closeConnection);
  });
}

/** Sends a body, taken from the budget, as its client takes it. */
function sendLong(exchange: Exchange, body: Uint8Array, { answers }: BridgeOptions): void {
  const { res } = exchange;
  const begin = res.getWriteOffset();
  const isOver = () => {
    answers.giveBack(body.byteLength);
    exchange.onGone = () => {};
  };
  exchange.onGone = isOver;
  res.onWritable((offset) => {
    const [isTaken, isAll] = res.tryEnd(body.subarray(offset - begin), body.byteLength);
    if (isAll) isOver();
    return isTaken;
  });
  const [, isAll] = res.tryEnd(body, body.byteLength);
  if (isAll) isOver();
}
