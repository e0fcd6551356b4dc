import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A way to Redis on which connections that carry subscriptions can go dead without a word, as behind a lost route; or any
 * other, when it has just carried a certain command.
 */
export class LossyProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #subscribers = new Set<Socket>();
  #wake = () => {};
  #unanswered: string | undefined;
  /** Connections on which something was subscribed to, so far. */
  subscribers = 0;

  private constructor(port: number) {
    this.#server = createServer((client) => {
      const upstream = connect(port, '127.0.0.1');
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => {}); // the other end was killed: `close` follows
      }
      client.on('data', (chunk) => {
        if (!this.#subscribers.has(upstream) && /ssubscribe/i.test(chunk.toString('latin1'))) {
          this.#subscribers.add(upstream);
          this.subscribers++;
          this.#wake();
        }
        if (this.#unanswered !== undefined && chunk.includes(this.#unanswered)) {
          this.#unanswered = undefined;
          upstream.removeAllListeners('data').resume();
          this.#wake();
        }
        upstream.write(chunk);
      });
      upstream.on('data', (chunk) => client.write(chunk));
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    });
  }

  static async to(port: number): Promise<LossyProxy> {
    const proxy = new LossyProxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on nothing comes through on the connections that hold subscriptions. */
  deafen(): void {
    for (const upstream of this.#subscribers) upstream.removeAllListeners('data').resume();
  }

  /** The next command with this text comes through, its answer does not, nor anything after. Resolves when it has come. */
  async loseAnswerTo(text: string): Promise<void> {
    this.#unanswered = text;
    while (this.#unanswered !== undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async untilSubscribers(count: number): Promise<void> {
    while (this.subscribers < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }
}
