// The native addon, named here and in `rest/` only. Its traps, which every file in this folder minds:
// - A handler that returns without answering needs `onAborted`, or the process ends.
// - A closed socket throws when it is touched: `closed` is set first of all in `close`.
// - A message's memory is taken back when the handler returns: copy before anything else happens.
// - `send` answers 2 when the socket's buffer is full: that message is lost and must be made good.
// - Text is given as bytes (`utf8`): on Node 24 a string of Latin-1 characters only ("é") goes out as Latin-1.
// - A request is gone after the handler's synchronous part: read headers first.
// - `upgrade` must not be corked (`uncorked.ts`).
// - Nothing may be unsubscribed while the addon publishes, so its topics aren't used: a full buffer must take its socket
//   out of the fan-out at once (docs/decisions/0003-fan-out-by-send.md).

export type {
  HttpRequest,
  HttpResponse,
  TemplatedApp,
  us_listen_socket,
  us_socket_context_t,
  WebSocket,
  WebSocketBehavior,
} from 'uWebSockets.js';

/** What `send` answers. */
export const SENT = { now: 1, buffered: 0, dropped: 2 } as const;

/** What `idleTimeout` must be (s), so that a peer that answers no ping is found within 16 s: a ping after 8, then 8 more. */
export const IDLE_TIMEOUT_S = 16;

const encoder = new TextEncoder();

/** A text, fit to be sent. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
