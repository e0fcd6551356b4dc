// What sentinels say of a master's replicas, by sentinels that a test writes itself: real ones are in test/contract.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { LayoutSource } from '../../src/redis/layout.ts';
import { encodeCommand } from '../../src/redis/resp/encode-command.ts';
import { sentinelLayout } from '../../src/redis/sentinel-layout.ts';
import { until } from '../contract/until.ts';

const CITY = 'city';

/** A sentinel that says what it is told to say. */
class FakeSentinel {
  master = '10.0.0.1';
  epoch = 1;
  /** The flags of each replica, and whether it follows the master. */
  replicas: [flags: string, isLinked: boolean][] = [];
  readonly #server: Server;
  readonly #sockets: Socket[] = [];

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.push(socket);
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        for (const [, what] of chunk.toString().matchAll(/SENTINEL\r\n\$\d+\r\n(\S+)/g)) {
          socket.write(this.#answer(what!));
        }
      });
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** A reply of texts alone is written as a command is. */
  #answer(what: string): Buffer | string {
    if (what === 'GET-MASTER-ADDR-BY-NAME') return encodeCommand([this.master, '6379']);
    if (what === 'MASTER') return encodeCommand(['config-epoch', String(this.epoch)]);
    const replicas = this.replicas.map(([flags, isLinked]) =>
      encodeCommand(['flags', flags, 'master-link-status', isLinked ? 'ok' : 'err']),
    );
    return Buffer.concat([Buffer.from(`*${replicas.length}\r\n`), ...replicas]);
  }
}

describe('[P1] what must have a write before it is acknowledged, as sentinels see it', () => {
  let sentinels: FakeSentinel[] = [];
  let layout: LayoutSource;
  afterEach(() => {
    layout.close();
    for (const sentinel of sentinels) sentinel.close();
  });

  /** Resolves when all of them are connected to. */
  async function listenTo(count: number): Promise<void> {
    sentinels = Array.from({ length: count }, () => new FakeSentinel());
    const ports = await Promise.all(sentinels.map((sentinel) => sentinel.listen()));
    layout = sentinelLayout({
      sentinels: ports.map((port) => {
        const access = { database: 0, tls: false };
        return { host: '127.0.0.1', port, access, ca: undefined, random: () => 0 };
      }),
      masterName: CITY,
      replyDeadlineMs: 3_000,
    });
  }

  const found = async () => (await layout.find([], undefined))[0]!;

  test('a replica that one of them takes for alive may be promoted by that one', async () => {
    await listenTo(3);
    for (const sentinel of sentinels) {
      sentinel.replicas = [
        ['slave', true],
        ['slave,s_down', true],
      ];
    }
    await until(async () => (await found()).candidates === 1);
    sentinels[2]!.replicas = [
      ['slave', true],
      ['slave', true],
    ];
    await until(async () => (await found()).candidates === 2);
    expect(await found()).toMatchObject({ host: '10.0.0.1', candidates: 2, liveReplicas: 2 });
  });

  test('a new master has the replicas that nobody is connected to yet; they may not take its place', async () => {
    await listenTo(1);
    sentinels[0]!.replicas = [
      ['slave,disconnected', false],
      ['slave,s_down,disconnected', false],
    ];
    await until(async () => (await found()).liveReplicas === 1);
    expect(await found()).toMatchObject({ candidates: 0, liveReplicas: 1 });
  });

  test('what was said of another master does not count', async () => {
    await listenTo(2);
    for (const sentinel of sentinels) sentinel.replicas = [['slave', true]];
    await until(async () => (await found()).candidates === 1);
    Object.assign(sentinels[1]!, { master: '10.0.0.2', epoch: 2, replicas: [] });
    await until(async () => (await found()).host === '10.0.0.2');
    expect(await found()).toMatchObject({ candidates: 0, liveReplicas: 0 });
  });
});
