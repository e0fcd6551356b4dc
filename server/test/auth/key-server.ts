import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK, JWTPayload } from 'jose';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** A key pair of an outside issuer. */
export interface IssuerKey {
  /** The public half, as a key set has it. */
  jwk: JWK;
  sign(payload: JWTPayload, header?: { kid?: string }): Promise<string>;
}

export async function issuerKey(alg: string, kid: string | undefined): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const named = kid !== undefined && { kid };
  return {
    jwk: { ...(await exportJWK(publicKey)), ...named, alg, use: 'sig' },
    sign: (payload, header = { ...named }) =>
      new SignJWT(payload).setProtectedHeader({ alg, ...header }).sign(privateKey),
  };
}

/** An outside issuer's key server, which counts how often it is asked. */
export class KeyServer {
  keys: JWK[] = [];
  asked = 0;
  /** What it does instead of answering with its keys. */
  fault: RequestListener | undefined;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.asked++;
      if (this.fault) this.fault(request, response);
      else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: this.keys }));
    });
  }

  static async start(): Promise<KeyServer> {
    const server = new KeyServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
