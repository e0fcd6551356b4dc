import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRadioProxy, type RadioLink, type RadioProxy } from '../../src/faults/radio-proxy.ts';
import { randomFrom } from '../../src/random.ts';
import { SteppedClock, settled } from '../stepped-clock.ts';

/** Real sockets; only the delays' clock is stepped. */
let clock: SteppedClock;
let node: Server;
/** The node's ends, in the order of their connections, and what each was told. */
let ends: End[];
let proxy: RadioProxy;
let link: RadioLink;
let phones: End[];

/** One end of a connection and what came to it. */
class End {
  readonly socket: Socket;
  text = '';
  state: 'open' | 'ended' | 'reset' | 'closed' = 'open';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.text += bytes.toString('latin1');
    });
    socket.on('end', () => {
      this.state = 'ended';
    });
    socket.on('error', () => {
      this.state = 'reset';
    });
    socket.on('close', () => {
      if (this.state === 'open') this.state = 'closed';
    });
  }
}

beforeEach(async () => {
  clock = new SteppedClock();
  ends = [];
  phones = [];
  node = createServer({ allowHalfOpen: true }, (socket) => ends.push(new End(socket)));
  node.listen(0, '127.0.0.1');
  await once(node, 'listening');
  proxy = createRadioProxy({ clock, random: randomFrom(1) });
  link = await proxy.open([`http://127.0.0.1:${(node.address() as { port: number }).port}`]);
});

afterEach(async () => {
  await proxy.close();
  for (const { socket } of [...phones, ...ends]) socket.destroy();
  node.close();
});

/** Resolves when it is true: looks after every turn of the event loop. Jest's limit ends what never is. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await settled();
}

/** So many turns of the event loop, in which what was written could have come many times. */
async function aWhile(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await settled();
}

function dial(): End {
  const phone = new End(
    connect({ port: Number(new URL(link.origins[0]!).port), host: '127.0.0.1', allowHalfOpen: true }),
  );
  phones.push(phone);
  return phone;
}

async function connection(): Promise<{ phone: End; end: End }> {
  const phone = dial();
  const before = ends.length;
  await until(() => ends.length > before);
  return { phone, end: ends[before]! };
}

/** The phone says something, which has arrived at the proxy but not further. */
async function hasReachedProxy(): Promise<void> {
  await aWhile();
}

describe('a clear link', () => {
  test('passes bytes both ways, farewells after them, and counts', async () => {
    const { phone, end } = await connection();
    phone.socket.write('up');
    await until(() => end.text === 'up');
    end.socket.end('down');
    await until(() => phone.state === 'ended');
    expect(phone.text).toBe('down');
    phone.socket.end('last words'); // half a connection is still open
    await until(() => end.state === 'ended');
    expect(end.text).toBe('uplast words');
    await until(() => link.connections === 0);
    expect(link.passedBytes).toEqual({ up: 12, down: 4 });
  });

  test('a reset on one side is one on the other', async () => {
    const { phone, end } = await connection();
    phone.socket.resetAndDestroy();
    await until(() => end.state === 'reset');
    const other = await connection();
    other.end.socket.resetAndDestroy();
    await until(() => other.phone.state === 'reset');
    await until(() => link.connections === 0);
  });

  test('a node that is not there resets who connects', async () => {
    node.close();
    await once(node, 'close');
    const phone = dial();
    await until(() => phone.state === 'reset');
    await until(() => link.connections === 0);
  });
});

describe('latency', () => {
  test('delays each way; jitter keeps the order and every byte', async () => {
    const { phone, end } = await connection();
    link.setConditions({ latencyMs: { least: 50, most: 250 } });
    const sent = Array.from({ length: 30 }, (_, index) => `${index},`);
    for (const text of sent) {
      phone.socket.write(text);
      await hasReachedProxy();
    }
    await clock.pass(49);
    await aWhile();
    expect(end.text).toBe('');
    await clock.pass(100);
    await until(() => end.text.length > 0);
    expect(sent.join('').startsWith(end.text)).toBe(true);
    await clock.pass(101);
    await until(() => end.text === sent.join(''));
  });
});

describe('a slow link', () => {
  test('passes so many bytes a second, for all its connections together', async () => {
    link.setConditions({ bytesPerSecond: 1_000 });
    const [one, other] = [await connection(), await connection()];
    for (const { phone } of [one, other]) phone.socket.write('x'.repeat(4_000));
    await hasReachedProxy();
    await clock.pass(4_000);
    await aWhile();
    expect(link.passedBytes.up).toBeGreaterThanOrEqual(3_900);
    expect(link.passedBytes.up).toBeLessThanOrEqual(4_100);
    expect(one.end.text.length).toBeGreaterThan(1_500);
    expect(other.end.text.length).toBeGreaterThan(1_500);
    await clock.pass(4_000);
    await until(() => one.end.text.length + other.end.text.length === 8_000);
  });

  test('pushes back: the proxy keeps little, the sender feels the rest, and nothing is lost', async () => {
    link.setConditions({ bytesPerSecond: 1_000 });
    const { phone, end } = await connection();
    const bytes = 32 * 1_048_576; // more than the kernel keeps
    end.socket.write(Buffer.alloc(bytes, 'x'));
    await aWhile();
    expect(end.socket.writableLength).toBeGreaterThan(0);
    const proxied = process.memoryUsage().arrayBuffers;
    expect(proxied).toBeLessThan(bytes + 8 * 1_048_576); // the sender's own copy, and not another one
    link.setConditions({ bytesPerSecond: Number.POSITIVE_INFINITY });
    await clock.pass(100);
    await until(() => phone.text.length === bytes);
  });
});

describe('a stalled reader', () => {
  test('is sent nothing, and goes on sending', async () => {
    const { phone, end } = await connection();
    link.setConditions({ isReaderStalled: true });
    end.socket.write('unread');
    phone.socket.write('said');
    await until(() => end.text === 'said');
    await aWhile();
    expect(phone.text).toBe('');
    link.setConditions({ isReaderStalled: false });
    await until(() => phone.text === 'unread');
  });
});

describe('a tunnel', () => {
  test('is silent both ways, and everything comes out of it', async () => {
    const { phone, end } = await connection();
    link.setConditions({ coverage: 'none' });
    phone.socket.write('up');
    end.socket.write('down');
    await aWhile();
    expect([phone.text, end.text, phone.state, end.state]).toEqual(['', '', 'open', 'open']);
    link.setConditions({ coverage: 'clear' });
    await until(() => end.text === 'up' && phone.text === 'down');
  });

  test('who leaves in it is missed only after it', async () => {
    const [one, other] = [await connection(), await connection()];
    link.setConditions({ coverage: 'none' });
    one.phone.socket.resetAndDestroy();
    other.end.socket.end();
    await aWhile();
    expect([one.end.state, other.phone.state]).toEqual(['open', 'open']);
    link.setConditions({ coverage: 'clear' });
    await until(() => one.end.state === 'reset' && other.phone.state === 'ended');
  });

  test('who connects in it waits; the node hears of those who waited long enough only', async () => {
    link.setConditions({ coverage: 'none' });
    const [patient, gone] = [dial(), dial()];
    patient.socket.write('still here');
    gone.socket.write('hello?');
    await until(() => link.connections === 2);
    gone.socket.destroy();
    await until(() => link.connections === 1);
    expect(ends).toHaveLength(0);
    link.setConditions({ coverage: 'clear' });
    await until(() => ends[0]?.text === 'still here');
    await aWhile();
    expect(ends).toHaveLength(1);
  });
});

test('refused: who connects is reset; who is connected goes on', async () => {
  const { phone, end } = await connection();
  link.setConditions({ coverage: 'refused' });
  const refused = dial();
  await until(() => refused.state === 'reset');
  phone.socket.write('fine');
  await until(() => end.text === 'fine');
  expect(link.connections).toBe(1);
});

test('cut: both ends are reset, and can come again', async () => {
  const { phone, end } = await connection();
  link.cut();
  await until(() => phone.state === 'reset' && end.state === 'reset' && link.connections === 0);
  await connection();
});

test('half-open: both ends believe in it, hear nothing, and each is freed when it gives up; others work', async () => {
  const { phone, end } = await connection();
  link.forget();
  phone.socket.write('anybody?');
  end.socket.write('anybody?');
  await aWhile();
  expect([phone.text, end.text, phone.state, end.state]).toEqual(['', '', 'open', 'open']);
  const other = await connection();
  other.phone.socket.write('new');
  await until(() => other.end.text === 'new');
  phone.socket.destroy();
  await aWhile();
  expect(end.state).toBe('open');
  end.socket.destroy();
  await until(() => link.connections === 1);
});

test('a closed link resets its connections and frees its port; closing twice is fine', async () => {
  const { phone } = await connection();
  await link.close();
  await link.close();
  await until(() => phone.state === 'reset');
  const late = dial();
  await until(() => late.state === 'reset');
});
