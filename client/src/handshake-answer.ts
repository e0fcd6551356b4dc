// `ws` alone can tell how the server answered a handshake that failed; browsers hide it.

import { parseObject } from '@tripcast/protocol';
import type { Clock, PlatformSocket } from './platform.ts';
import { type HttpAnswer, parseRetryAfter } from './verdict.ts';

interface NodeResponse {
  statusCode: number;
  headers: Record<string, string | undefined>;
  on(type: 'data', listener: (chunk: Uint8Array) => void): void;
  on(type: 'end' | 'close', listener: () => void): void;
}

interface NodeSocket {
  on(type: 'unexpected-response', listener: (request: unknown, response: NodeResponse) => void): void;
  terminate(): void;
}

/** A problem is some hundred bytes. What is longer isn't one. */
const BODY_LIMIT_BYTES = 16_384;

/**
 * Calls `answered` before the socket's `close` with what the server said instead of `101`, on platforms that know.
 */
export function onHandshakeAnswer(
  socket: PlatformSocket,
  clock: Clock,
  answered: (answer: HttpAnswer) => void,
): void {
  if (!isNodeSocket(socket)) return;
  socket.on('unexpected-response', (_request, response) => {
    const decoder = new TextDecoder();
    let text = '';
    response.on('data', (chunk) => {
      if (text.length < BODY_LIMIT_BYTES) text += decoder.decode(chunk, { stream: true });
    });
    let told = false;
    const tell = () => {
      if (told) return;
      told = true;
      const retryAfterMs = parseRetryAfter(response.headers['retry-after'], clock.now());
      answered({ status: response.statusCode, body: parseObject(text), retryAfterMs });
      socket.terminate(); // with a listener for the answer, `ws` leaves the ending to us
    };
    response.on('end', tell);
    response.on('close', tell);
  });
}

function isNodeSocket(socket: unknown): socket is NodeSocket {
  return typeof (socket as Partial<NodeSocket>).on === 'function' && 'terminate' in (socket as object);
}
