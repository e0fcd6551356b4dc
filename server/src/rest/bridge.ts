// Carries HTTP requests from uWebSockets.js to a fetch handler and the answers back. The addon's rules, whose breaking ends
// the process, are kept here: each response gets an abort handler first, a request is read before the first `await`, a
// chunk of a body is copied at once, and an aborted response is not touched again.

import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { Log } from '../log.ts';
import { problemResponse } from './problem-response.ts';

export interface BridgeOptions {
  /** Answers a request. HEAD is asked as GET, and the answer's body is not sent. */
  fetch: (request: Request) => Response | Promise<Response>;
  scheme: 'http' | 'https';
  /** Longer request bodies are refused with 413, and not read on. */
  bodyBytes: number;
  log: Log;
}

/** Headers of a connection, not of an answer: the addon writes its own. */
const NOT_FORWARDED = new Set(['content-length', 'connection', 'keep-alive', 'transfer-encoding']);
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;
/** Their answers end with the headers (RFC 9110 §6.4.1). */
const WITHOUT_BODY = new Set([204, 304]);

/** Answers every HTTP request that no route before takes. Nothing that a client sends makes it throw. */
export function bridgeHttp(app: TemplatedApp, options: BridgeOptions): void {
  app.any('/*', (res, req) => {
    const head = readHead(req, options.scheme);
    const exchange: Exchange = { res, isHead: head.method === 'HEAD', state: 'reading' };
    res.onAborted(() => {
      exchange.state = 'aborted';
    });
    readBody(exchange, options.bodyBytes, (body) => {
      exchange.state = 'answering';
      if (body === 'too large') {
        const detail = `the body may have ${options.bodyBytes} bytes`;
        void answer(exchange, problemResponse('too_large', detail), options, true);
      } else {
        void answer(exchange, dispatch(head, body, options), options);
      }
    });
  });
}

interface Exchange {
  readonly res: HttpResponse;
  readonly isHead: boolean;
  /** When `aborted`, `res` is no more. */
  state: 'reading' | 'answering' | 'aborted';
}

interface RequestHead {
  method: string;
  /** Absent when host and path make none. */
  url: string | undefined;
  headers: [string, string][];
}

/** Copies what is there only now. */
function readHead(req: HttpRequest, scheme: string): RequestHead {
  const headers: [string, string][] = [];
  req.forEach((name, value) => {
    headers.push([name, value]);
  });
  const host = req.getHeader('host');
  const path = req.getUrl();
  const query = req.getQuery();
  const isWhole = HOST.test(host) && path.startsWith('/');
  return {
    method: req.getCaseSensitiveMethod(), // `getMethod` would make it lower case for good
    url: isWhole ? `${scheme}://${host}${path}${query ? `?${query}` : ''}` : undefined,
    headers,
  };
}

/** Calls back once: with the whole body, or as soon as it is too large; never when the client goes before. */
function readBody(
  exchange: Exchange,
  limit: number,
  done: (body: Uint8Array<ArrayBuffer> | 'too large') => void,
): void {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  exchange.res.onData((chunk, isLast) => {
    if (exchange.state !== 'reading') return;
    bytes += chunk.byteLength;
    if (bytes > limit) return done('too large');
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
  pending: Response | Promise<Response>,
  options: BridgeOptions,
  closeConnection = false,
): Promise<void> {
  let response: Response;
  let body: ArrayBuffer;
  try {
    response = await pending;
    body = await response.arrayBuffer();
  } catch (error) {
    options.log.error({ err: error }, 'a request could not be answered');
    response = problemResponse('unavailable', 'the node made a mistake, which is in its log');
    body = await response.arrayBuffer();
  }
  if (exchange.state === 'aborted') return;
  const { res, isHead } = exchange;
  res.cork(() => {
    res.writeStatus(`${response.status} ${STATUS_CODES[response.status] ?? ''}`);
    response.headers.forEach((value, name) => {
      if (!NOT_FORWARDED.has(name)) res.writeHeader(name, value);
    });
    const isBodiless = WITHOUT_BODY.has(response.status);
    if (isHead && !isBodiless) res.writeHeader('content-length', `${body.byteLength}`);
    // With a length as its argument the addon waits for a body, and closes at the next request.
    if (isHead || isBodiless) res.endWithoutBody();
    else res.end(body, closeConnection);
  });
}
