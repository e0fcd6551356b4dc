// Against `ws`, which is another's reading of RFC 6455, and against a server that says bytes as they are.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { LeanSocket } from '../../src/sockets/lean-socket.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(): Promise<{ url: string; server: WebSocketServer }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'tripcast.v1' });
  closing.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, 'listening');
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/path?a=1`, server };
}

/** A socket, what came over it, and the next event of a kind. */
function connect(url: string) {
  const socket = new LeanSocket(url, ['tripcast.v1', 'bearer.token']);
  closing.push(() => socket.terminate());
  const heard: unknown[] = [];
  let wake = (): void => {};
  socket.addEventListener('message', ({ data }) => {
    heard.push(data instanceof ArrayBuffer ? [...new Uint8Array(data)] : data);
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', resolve);
  });
  const opened = new Promise<void>((resolve) => {
    socket.addEventListener('open', resolve);
  });
  async function messages(count: number): Promise<unknown[]> {
    while (heard.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return heard;
  }
  return { socket, opened, closed, messages };
}

async function open() {
  const { url, server } = await serve();
  const accepted = once(server, 'connection');
  const client = connect(url);
  const [peer, request] = (await accepted) as [WebSocket, { url: string; headers: Record<string, string> }];
  await client.opened;
  return { ...client, peer, request };
}

/** A server of raw bytes: what it is told to say once it has been asked. */
async function serveBytes(answer: (key: string, connection: Socket) => void): Promise<string> {
  const server: Server = createServer((connection) => {
    closing.push(() => connection.destroy());
    connection.on('error', () => {});
    connection.once('data', (asked) => {
      answer(/Sec-WebSocket-Key: (.*)\r\n/.exec(asked.toString())![1]!, connection);
    });
  });
  closing.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function welcomeTo(key: string): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

describe('a lean socket', () => {
  test('asks for the path with what it was given', async () => {
    const { request } = await open();
    expect(request.url).toBe('/path?a=1');
    expect(request.headers['sec-websocket-protocol']).toBe('tripcast.v1, bearer.token');
  });

  test.each([0, 20, 125, 126, 70_000])('says and hears messages of %d bytes', async (size) => {
    const { socket, peer, messages } = await open();
    const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31) & 255);
    peer.on('message', (data, isBinary) => peer.send(data as Buffer, { binary: isBinary }));
    socket.send(bytes);
    socket.send('ñandú'.padEnd(size, '.'));
    expect(await messages(2)).toEqual([[...bytes], 'ñandú'.padEnd(size, '.')]);
    expect(socket.bytes).toBeGreaterThan(4 * size);
  });

  test('puts a message together that comes in fragments, with a ping among them, which it answers', async () => {
    const { peer, messages } = await open();
    peer.send('one ', { fin: false });
    peer.ping('are you there?');
    peer.send('two', { fin: true });
    expect(await messages(1)).toEqual(['one two']);
    const [answer] = (await once(peer, 'pong')) as [Buffer];
    expect(answer.toString()).toBe('are you there?');
  });

  test('reads what comes byte by byte, and what comes with the answer', async () => {
    const url = await serveBytes((key, connection) => {
      connection.setNoDelay(true);
      const bytes = Buffer.concat([
        Buffer.from(`${welcomeTo(key)}\x81\x02hi`, 'latin1'),
        Buffer.from([0x82, 3, 1, 2, 3]),
      ]);
      let at = 0;
      const next = (): void => {
        if (at < bytes.byteLength) connection.write(bytes.subarray(at, ++at), () => setImmediate(next));
      };
      next();
    });
    expect(await connect(url).messages(2)).toEqual(['hi', [1, 2, 3]]);

    const atOnce = await serveBytes((key, connection) => {
      connection.write(Buffer.from(`${welcomeTo(key)}\x81\x02hi`, 'latin1'));
    });
    expect(await connect(atOnce).messages(1)).toEqual(['hi']);
  });

  test('tells why it was closed, and says farewell itself', async () => {
    const { peer, closed } = await open();
    const left = once(peer, 'close');
    peer.close(1012, 'restarting');
    expect(await closed).toEqual({ code: 1012, reason: 'restarting' });
    expect((await left)[0]).toBe(1012);
  });

  test('leaves with a farewell', async () => {
    const { socket, peer, closed } = await open();
    const left = once(peer, 'close');
    socket.close(1000);
    socket.close(1000); // twice is once
    socket.send('too late');
    expect((await left)[0]).toBe(1000);
    expect((await closed).code).toBe(1000);
  });

  test.each(['terminate', 'reset'] as const)('%s ends it without a farewell', async (how) => {
    const { socket, peer, closed } = await open();
    peer.on('error', () => {});
    const left = once(peer, 'close');
    socket[how]();
    expect((await closed).code).toBe(1006);
    expect((await left)[0]).toBe(1006);
  });

  test('a refused handshake is told with its status, headers and body, and is over', async () => {
    const url = await serveBytes((_key, connection) => {
      connection.write('HTTP/1.1 410 Gone\r\nRetry-After: 3\r\nContent-Length: 21\r\n\r\n{"code":');
      setImmediate(() => connection.write('"trip_ended"}'));
    });
    const { socket, closed } = connect(url);
    const told = new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += Buffer.from(chunk!).toString();
        });
        response.on('end', () =>
          resolve({ status: response.statusCode, body, after: response.headers['retry-after'] }),
        );
      });
    });
    expect(await told).toEqual({ status: 410, body: '{"code":"trip_ended"}', after: '3' });
    expect((await closed).code).toBe(1006);
  });

  test('an answer that does not prove to be a WebSocket’s is none', async () => {
    const url = await serveBytes((_key, connection) => {
      connection.write(welcomeTo('another key'));
    });
    const { closed } = connect(url);
    expect((await closed).code).toBe(1006);
  });

  test('nobody there', async () => {
    const { url, server } = await serve();
    server.close();
    await once(server, 'close');
    const { socket } = connect(url);
    let errors = 0;
    socket.addEventListener('error', () => {
      errors++;
    });
    expect(await new Promise((resolve) => socket.addEventListener('close', resolve))).toEqual({
      code: 1006,
      reason: '',
    });
    expect(errors).toBe(1);
  });

  test('TLS is not its affair', () => {
    expect(() => new LeanSocket('wss://node/', [])).toThrow(TypeError);
  });
});
