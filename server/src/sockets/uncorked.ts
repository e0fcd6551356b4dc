// Upgrades a socket without the addon's cork, and without the warning that it prints for each write outside of one.
//
// After an asynchronous handshake the addon wants `res.cork(() => res.upgrade(…))`. When the socket isn't moved in memory
// while it is upgraded, `cork` takes it for an HTTP response afterwards, reads a state that isn't there, and now and then
// closes the new socket (seen: 1 in 20, at the start of a process). While another response is corked, though, `cork` just
// calls back. So a node holds one request to itself that is never answered, and upgrades inside that one's cork.

import { randomUUID } from 'node:crypto';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { HttpResponse, TemplatedApp } from './uws.ts';

export interface Uncorked {
  /** Calls back, with `res` writable but not corked. */
  run(res: HttpResponse, write: () => void): void;
  /** The app listens: makes the request to itself. Resolves when it is there. */
  open(host: string, port: number, isTls: boolean): Promise<void>;
  close(): void;
}

/** Call it before other routes are added. */
export function createUncorked(app: TemplatedApp): Uncorked {
  const path = `/${randomUUID()}`;
  let held: HttpResponse | undefined;
  let onHeld = () => {};
  let socket: Socket | undefined;
  let reopen = () => {};

  app.get(path, (res) => {
    res.onAborted(() => {
      held = undefined;
      reopen();
    });
    held = res;
    onHeld();
  });

  return {
    run(res, write) {
      if (held) held.cork(() => void res.cork(write));
      else write(); // the moment after start, or after our own request broke: the addon warns, no more
    },
    open(host, port, isTls) {
      const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
      reopen = () => {
        const options = { host: address, port };
        socket = isTls ? connectTls({ ...options, rejectUnauthorized: false }) : connectPlain(options);
        socket.on('error', () => {}); // without it the addon warns; that is all
        socket.write(`GET ${path} HTTP/1.1\r\nHost: ${address}\r\n\r\n`);
      };
      return new Promise((resolve) => {
        onHeld = resolve;
        reopen();
      });
    },
    close() {
      reopen = () => {};
      socket?.destroy();
    },
  };
}
