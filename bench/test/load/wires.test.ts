import { describe, expect, test } from '@jest/globals';
import { type WireName, wireOf } from '../../src/load/wires/index.ts';
import type { Party } from '../../src/load/wires/wire.ts';

const ORIGIN = { host: '127.0.0.1', port: 1, isTls: false };
const HEADER_BYTES = 6;
const TIME = 1_795_473_228_544;

function wire(name: WireName) {
  return wireOf(name, ORIGIN, 'secret', true);
}

/** Somebody who writes down what is heard. */
function party(isDriver = false) {
  const heard = { times: [] as number[], acknowledged: [] as number[], ready: 0, sent: [] as string[] };
  const of: Party = {
    isDriver,
    trip: 7,
    remainder: undefined,
    send: (frame) => heard.sent.push(frame.toString('latin1', HEADER_BYTES)),
    ready: () => heard.ready++,
    received: (time) => heard.times.push(time),
    acknowledged: (time) => heard.acknowledged.push(time),
  };
  return { of, heard };
}

/** The payload of a position that carries TIME. */
function position(name: WireName): Buffer {
  const { frame, stamp } = wire(name).position(7);
  stamp(TIME);
  return Buffer.from(frame.subarray(HEADER_BYTES));
}

function hear(name: WireName, of: Party, isText: boolean, message: Buffer): void {
  const padded = Buffer.concat([Buffer.from('??'), message, Buffer.from('??')]); // it lies within others
  wire(name).heard(of, isText, padded, 2, 2 + message.byteLength);
}

describe('each wire', () => {
  test.each<[WireName, boolean]>([
    ['tripcast', false],
    ['binary-relay', false],
    ['json-relay', true],
  ])('%s reads the time that its driver wrote', (name, isText) => {
    const { of, heard } = party();
    hear(name, of, isText, position(name));
    expect(heard.times).toEqual([TIME]);
  });

  test('json-relay sends what applications send', () => {
    expect(JSON.parse(position('json-relay').toString())).toEqual({
      latitude: -34.90701,
      longitude: -56.18001,
      heading: 90.5,
      speed: 8.33,
      accuracy: 5,
      time: TIME,
    });
  });
});

test('positions are equally long, whatever trip they are of', () => {
  const length = (trip: number) => wire('json-relay').position(trip).frame.byteLength;
  expect(new Set([0, 1, 10, 99, 100, 5_050, 9_999].map(length)).size).toBe(1);
});

describe('tripcast', () => {
  test('reads several fixes of one message', () => {
    const { of, heard } = party();
    hear('tripcast', of, false, Buffer.concat([position('tripcast'), position('tripcast')]));
    expect(heard.times).toEqual([TIME, TIME]);
  });

  test('tells greetings from acknowledgements', () => {
    const { of, heard } = party(true);
    hear('tripcast', of, true, Buffer.from('{"type":"hello","serverTime":1}'));
    hear('tripcast', of, true, Buffer.from(`{"type":"ack","time":${TIME}}`));
    hear('tripcast', of, true, Buffer.from('{"type":"pace","intervalMs":1000}'));
    expect(heard).toEqual({ times: [], acknowledged: [TIME], ready: 1, sent: [] });
  });
});

describe('Socket.IO', () => {
  test('connects, follows, answers pings and reads positions', () => {
    const { of, heard } = party();
    hear('socket-io', of, true, Buffer.from('0{"sid":"x","pingInterval":25000}'));
    hear('socket-io', of, true, Buffer.from(`40{"sid":"${'y'.repeat(60)}"}`));
    hear('socket-io', of, true, Buffer.from('42["joined"]'));
    hear('socket-io', of, true, Buffer.from('2'));
    hear('socket-io', of, true, position('socket-io'));
    expect(heard.sent).toEqual(['40', '42["follow","trip-000007"]', '3']);
    expect(heard).toMatchObject({ ready: 1, times: [TIME] });
  });
});

describe('NATS', () => {
  test('reads messages wherever frames cut them', () => {
    const payload = JSON.stringify({ ...JSON.parse(position('json-relay').toString()), time: TIME });
    const lines = Buffer.from(
      `INFO {"server_id":"x"}\r\nPONG\r\nMSG trip-000007 1 ${payload.length}\r\n${payload}\r\nPING\r\nMSG trip-000007 1 ${payload.length}\r\n${payload}\r\n`,
    );
    for (let cut = 1; cut < lines.byteLength; cut++) {
      const { of, heard } = party();
      hear('nats', of, false, lines.subarray(0, cut));
      hear('nats', of, false, lines.subarray(cut));
      expect(heard).toMatchObject({ times: [TIME, TIME], ready: 1 });
      expect(heard.sent).toEqual([expect.stringContaining('SUB trip-000007 1'), 'PONG\r\n']);
    }
  });
});
