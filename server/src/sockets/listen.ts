import uWS from 'uWebSockets.js';
import type { TemplatedApp, us_listen_socket } from './uws.ts';

/** An app that speaks TLS when it is given a certificate. */
export function createApp(tls: { certFile: string; keyFile: string } | undefined): TemplatedApp {
  return tls ? uWS.SSLApp({ cert_file_name: tls.certFile, key_file_name: tls.keyFile }) : uWS.App();
}

/** `LIBUS_LISTEN_DEFAULT` and `_EXCLUSIVE_PORT`, which the types name but the addon's module doesn't export by that type. */
const SHARED_PORT = 0;
const EXCLUSIVE_PORT = 1;

/** Where an app listens. */
export interface Listening {
  port: number;
  /** Takes no new connections; open ones live on. */
  stop(): void;
}

/**
 * Listens. Unless the port is shared, a second process on it is refused, rather than given half of the connections.
 * @throws Error saying what to do when the port is taken or the address isn't this machine's
 */
export function listen(
  app: TemplatedApp,
  host: string,
  port: number,
  { isShared = false } = {},
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const settle = (socket: us_listen_socket | false) => {
      if (socket) {
        resolve({
          port: uWS.us_socket_local_port(socket as never),
          stop: () => uWS.us_listen_socket_close(socket),
        });
      } else
        reject(
          new Error(
            `cannot listen on ${host}:${port}: another program has the port; set PORT to another one`,
          ),
        );
    };
    // The types know no form with host, port and options; the addon does.
    (app.listen as (...form: unknown[]) => unknown).call(
      app,
      host,
      port,
      isShared ? SHARED_PORT : EXCLUSIVE_PORT,
      settle,
    );
  });
}
