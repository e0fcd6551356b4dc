import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A load balancer for TCP: each connection goes to the node that has the fewest. */
export class Balancer {
  readonly #server: Server;
  /** Connections by the port of their node. */
  readonly #nodes = new Map<number, number>();
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((client) => this.#pass(client));
  }

  static async start(): Promise<Balancer> {
    const balancer = new Balancer();
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections of each node. */
  get counts(): number[] {
    return [...this.#nodes.values()];
  }

  add(node: { port: number }): void {
    this.#nodes.set(node.port, 0);
  }

  /** Gives it no new connections; those that it has stay. */
  remove(node: { port: number }): void {
    this.#nodes.delete(node.port);
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #pass(client: Socket): void {
    const [port] = [...this.#nodes].reduce((least, node) => (node[1] < least[1] ? node : least));
    this.#count(port, 1);
    const upstream = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => {}); // `close` follows
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    upstream.on('close', () => this.#count(port, -1));
  }

  #count(port: number, change: number): void {
    const count = this.#nodes.get(port);
    if (count !== undefined) this.#nodes.set(port, count + change);
  }
}
