// A connection to a server that a test writes itself: what real servers do is in test/contract.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ClientEvents, RespClient, reconnectDelayMs } from '../../../src/redis/resp/client.ts';
import { until } from '../../contract/until.ts';

test('attempts to reconnect are spread, slow down, and never pause for more than a second', () => {
  const delays = (random: number) =>
    [0, 1, 2, 5, 1_000].map((attempt) => reconnectDelayMs(attempt, () => random));
  expect(delays(0)).toEqual([25, 50, 100, 500, 500]);
  expect(delays(0.999_999)).toEqual([50, 100, 200, 1_000, 1_000]);
});

describe('a connection', () => {
  let server: Server;
  let sockets: Socket[];
  let asked: string;
  let clients: RespClient[];
  /** What happened to the clients, in turn. */
  let log: string[];

  beforeEach(async () => {
    [sockets, asked, clients, log] = [[], '', [], []];
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('data', (chunk) => {
        asked += chunk.toString('latin1');
      });
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const client of clients) client.destroy();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  function connect({ password, replyDeadlineMs }: { password?: string; replyDeadlineMs?: number } = {}) {
    const { port } = server.address() as AddressInfo;
    const access = { database: 0, tls: false, ...(password !== undefined && { password }) };
    const events: ClientEvents = {
      connected: () => log.push('connected'),
      ready: () => log.push('ready'),
      lost: (error) => log.push(`lost: ${error.message}`),
      message: (channel, payload) => log.push(`${channel} ${Buffer.from(payload)}`),
      released: () => log.push('released'),
    };
    const endpoint = { host: '127.0.0.1', port, access, ca: undefined, random: () => 0 };
    const client = new RespClient(endpoint, events, replyDeadlineMs);
    clients.push(client);
    return client;
  }

  const answer = (text: string) => sockets.at(-1)!.write(text.replaceAll('\n', '\r\n'));
  const logged = (...lines: string[]) => until(async () => lines.every((line) => log.includes(line)));

  test('answers in turn, what is refused as an error, and takes nothing before it is ready', async () => {
    const client = connect();
    await expect(client.send(['EARLY'])).rejects.toThrow('not connected');
    await logged('ready');
    const replies = [client.send(['GET', 'a']), client.send(['BAD']), client.send(['GET', 'b'])];
    const settled = Promise.allSettled(replies);
    await until(async () => asked.includes('$1\r\nb\r\n'));
    answer('$1\nA\n-ERR no\n');
    answer('$-1\n');
    expect(await settled).toMatchObject([
      { value: Buffer.from('A') },
      { reason: { name: 'ErrorReply', message: 'ERR no' } },
      { value: null },
    ]);
  });

  test('rejects what is unanswered when it is lost, and comes back by itself', async () => {
    const client = connect();
    await logged('ready');
    const lost = expect(client.send(['GET', 'a'])).rejects.toThrow('closed by the other end');
    await until(async () => asked !== '');
    sockets[0]!.end();
    await lost;
    await until(async () => log.filter((line) => line === 'ready').length === 2);
    const again = client.send(['PING']);
    await until(async () => asked.includes('PING'));
    answer('+PONG\n');
    expect(await again).toBe('PONG');
  });

  test('comes in with its password, and says so when that is wrong', async () => {
    connect({ password: 's3cret' });
    await logged('connected');
    await until(async () => asked.includes('s3cret'));
    expect(log).toEqual(['connected']);
    answer('-WRONGPASS no\n');
    await logged('lost: WRONGPASS no');
    await until(async () => sockets.length === 2 && asked.split('s3cret').length === 3);
    answer('+OK\n');
    await logged('ready');
  });

  test('hears channels when all of them are confirmed, and is told of one that is let go', async () => {
    const client = connect();
    await logged('ready');
    let isHeard = false;
    const subscribed = client.subscribe(['a', 'b']).then(() => {
      isHeard = true;
    });
    await until(async () => asked.includes('SSUBSCRIBE'));
    answer('*3\n$10\nssubscribe\n$1\na\n:1\n*3\n$8\nsmessage\n$1\na\n$2\nhi\n');
    await logged('a hi');
    expect(isHeard).toBe(false);
    answer('*3\n$12\nsunsubscribe\n$1\na\n:0\n'); // its slot has gone, in the middle of it
    answer('*3\n$10\nssubscribe\n$1\nb\n:1\n');
    await subscribed;
    expect(log).toContain('released');

    const left = client.unsubscribe(['b']);
    await until(async () => asked.includes('SUNSUBSCRIBE'));
    answer('*3\n$12\nsunsubscribe\n$1\nb\n:0\n');
    await left;
    expect(log.filter((line) => line === 'released')).toHaveLength(1);
  });

  test('that is not answered within its deadline is given up', async () => {
    const client = connect({ replyDeadlineMs: 90 });
    await logged('ready');
    await expect(client.send(['GET', 'a'])).rejects.toThrow('no reply for 90 ms');
    await until(async () => log.filter((line) => line === 'ready').length === 2);
  });

  test('to something else than Redis is given up at its first word', async () => {
    const client = connect();
    await logged('ready');
    const lost = expect(client.send(['GET', 'a'])).rejects.toThrow('no reply of Redis begins with');
    await until(async () => asked !== '');
    answer('HTTP/1.1 400 Bad Request\n\n');
    await lost;
  });

  test('that is destroyed rejects what waits, and tells nothing more', async () => {
    const client = connect();
    await logged('ready');
    const waiting = client.send(['GET', 'a']);
    client.destroy();
    client.destroy();
    await expect(waiting).rejects.toThrow('the connection was closed');
    await expect(client.send(['GET', 'a'])).rejects.toThrow('not connected');
    await until(async () => sockets[0]!.destroyed || sockets[0]!.readableEnded);
    expect(log).toEqual(['connected', 'ready']);
  });
});
