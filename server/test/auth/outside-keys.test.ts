// Tokens of an outside issuer, whose key server answers by HTTP, changes its keys, and goes away.

import { createHmac, createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JWK } from 'jose';
import {
  KEYS_FRESH_MS,
  KEYS_KEPT_MS,
  KEYS_REREAD_AFTER_MS,
  outsideKeys,
} from '../../src/auth/outside-keys.ts';
import { createTokens, type Tokens } from '../../src/auth/tokens.ts';
import { BackendUnavailable } from '../../src/backend.ts';
import { type IssuerKey, issuerKey, KeyServer } from './key-server.ts';

const NOW = 1_700_000_000_000;
const DRIVER = { aud: 'tripcast', role: 'driver', vehicle: 'v-1', iat: NOW / 1000, exp: NOW / 1000 + 86_400 };

let server: KeyServer;
let clock: { nowMs: number; now(): number };
let told: string[];
let tokens: Tokens;

beforeEach(async () => {
  server = await KeyServer.start();
  clock = { nowMs: NOW, now: () => clock.nowMs };
  told = [];
  tokens = open(server.url);
});
afterEach(() => server.close());

function open(url: string): Tokens {
  const tell = (_fields: object, message: string) => void told.push(message);
  const log = { info: tell, warn: tell, error: tell };
  return createTokens({ secrets: [], outsideKeys: outsideKeys({ url, clock, log }), clock });
}

async function publish(alg: string, kid?: string): Promise<IssuerKey> {
  const key = await issuerKey(alg, kid);
  server.keys.push(key.jwk);
  return key;
}

/** What becomes of a token: taken, refused (401), or nobody can say (503). */
async function fate(jwt: string): Promise<'taken' | 'refused' | 'unknown'> {
  try {
    return (await tokens.verify(jwt)) ? 'taken' : 'refused';
  } catch (error) {
    expect(error).toBeInstanceOf(BackendUnavailable);
    return 'unknown';
  }
}

describe('an outside token', () => {
  test.each(['RS256', 'ES256', 'EdDSA'])('[H5] of %s is taken, if it is for us and valid', async (alg) => {
    const key = await publish(alg, 'a');
    expect(await tokens.verify(await key.sign(DRIVER))).toMatchObject({ role: 'driver' });
    expect(await fate(await key.sign({ ...DRIVER, aud: 'taxi' }))).toBe('refused');
    expect(await fate(await key.sign({ ...DRIVER, exp: NOW / 1000 - 1 }))).toBe('refused');
  });

  test.each(['RS384', 'RS512', 'PS256', 'ES384', 'ES512'])('of %s is refused', async (alg) => {
    const key = await publish(alg, 'a');
    expect(await fate(await key.sign(DRIVER))).toBe('refused');
  });

  test('without a key id is taken while one key alone fits', async () => {
    const key = await publish('ES256');
    await publish('RS256', 'other');
    const jwt = await key.sign(DRIVER);
    expect(await fate(jwt)).toBe('taken');
    await publish('ES256', 'next');
    clock.nowMs += KEYS_FRESH_MS;
    expect(await fate(jwt)).toBe('refused');
  });

  test('under the id of another key is refused, whatever kind that key is', async () => {
    const mine = await issuerKey('ES256', 'mine');
    await publish('ES256', 'theirs');
    await publish('RS256', 'rsa');
    for (const kid of ['theirs', 'rsa']) expect(await fate(await mine.sign(DRIVER, { kid }))).toBe('refused');
  });

  test('that is signed with a public key as an HS256 secret is refused', async () => {
    const { jwk } = await publish('RS256', 'a');
    const pem = createPublicKey({ key: jwk as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const secret of [pem, pem.toString().trim(), JSON.stringify(jwk), jwk.n!]) {
      expect(await fate(hs256(secret, { kid: 'a' }))).toBe('refused');
    }
    expect(await fate(hs256('', { alg: 'none', kid: 'a' }))).toBe('refused');
  });

  test('that brings its own key, or the place of one, is refused', async () => {
    await publish('ES256', 'a');
    const mine = await issuerKey('ES256', 'a');
    for (const header of [{ jwk: mine.jwk }, { jku: server.url }, { x5u: server.url }]) {
      expect(await fate(await mine.sign(DRIVER, { kid: 'a', ...header } as object))).toBe('refused');
    }
  });

  test.each<[string, JWK]>([
    ['a secret', { kty: 'oct', k: 'c2VjcmV0', kid: 'a', alg: 'HS256' }],
    ['a key for encryption', { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', use: 'enc', kid: 'a' }],
    ['a broken key', { kty: 'EC', crv: 'P-256', x: '?', y: '', kid: 'a', alg: 'ES256' }],
  ])('whose key is published as %s is refused, and others are not', async (_, jwk) => {
    const good = await publish('ES256', 'good');
    server.keys.push(jwk);
    const mine = await issuerKey('ES256', 'a');
    expect(await fate(await mine.sign(DRIVER))).toBe('refused');
    expect(await fate(hs256('secret', { kid: 'a' }))).toBe('refused');
    expect(await fate(await good.sign(DRIVER))).toBe('taken');
  });
});

describe('[H11] keys change without a restart', () => {
  test('a new key is read when the first token names it', async () => {
    expect(await fate(await (await publish('ES256', 'a')).sign(DRIVER))).toBe('taken');
    clock.nowMs += KEYS_REREAD_AFTER_MS;
    expect(await fate(await (await publish('ES256', 'b')).sign(DRIVER))).toBe('taken');
    expect(server.asked).toBe(2);
  });

  test('unknown keys have the server asked once in a while, however many they are', async () => {
    await publish('ES256', 'a');
    const stranger = await issuerKey('ES256', 'x');
    const jwts = await Promise.all([...'bcdefgh'].map((kid) => stranger.sign(DRIVER, { kid })));
    const fates = await Promise.all(jwts.map(fate));
    expect(new Set(fates)).toEqual(new Set(['refused']));
    expect(server.asked).toBe(1);
    clock.nowMs += KEYS_REREAD_AFTER_MS;
    await Promise.all(jwts.map(fate));
    expect(server.asked).toBe(2);
  });

  test('a key that was withdrawn is dead when the keys are no longer fresh', async () => {
    const withdrawn = await (await publish('ES256', 'a')).sign(DRIVER);
    expect(await fate(withdrawn)).toBe('taken');
    server.keys = [];
    await publish('ES256', 'b');
    clock.nowMs += KEYS_FRESH_MS - 1;
    expect(await fate(withdrawn)).toBe('taken');
    clock.nowMs += 1;
    expect(await fate(withdrawn)).toBe('refused');
  });

  test('a clock that is set back does not keep old keys fresh', async () => {
    const withdrawn = await (await publish('ES256', 'a')).sign(DRIVER);
    expect(await fate(withdrawn)).toBe('taken');
    server.keys = [];
    clock.nowMs -= 1;
    expect(await fate(withdrawn)).toBe('refused');
  });
});

describe('[H11] while the key server', () => {
  const FAULTS: [string, KeyServer['fault']][] = [
    ['breaks connections', (request) => request.socket.destroy()],
    ['has an error', (_, response) => void response.writeHead(500).end()],
    ['sends elsewhere', (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
    ['sends no key set', (_, response) => void response.end('{"keys":"none"}')],
    ['sends no JSON', (_, response) => void response.end('<html>')],
  ];

  test.each(FAULTS)(
    '%s, known keys go on, for a while; strangers are told to come back',
    async (_, fault) => {
      const known = await (await publish('ES256', 'a')).sign(DRIVER);
      const strange = await (await issuerKey('ES256', 'b')).sign(DRIVER);
      expect(await fate(known)).toBe('taken');
      server.fault = fault;
      clock.nowMs += KEYS_FRESH_MS;
      expect(await fate(known)).toBe('taken');
      expect(await fate(strange)).toBe('unknown');
      clock.nowMs = NOW + KEYS_KEPT_MS - 1;
      expect(await fate(known)).toBe('taken');
      clock.nowMs = NOW + KEYS_KEPT_MS;
      expect(await fate(known)).toBe('unknown');

      server.fault = undefined;
      clock.nowMs += KEYS_REREAD_AFTER_MS;
      expect(await fate(known)).toBe('taken');
      expect(await fate(strange)).toBe('refused');
      expect(told).toEqual([
        'the keys at TRIPCAST_JWKS_URL cannot be read',
        'the keys at TRIPCAST_JWKS_URL can be read again',
      ]);
    },
  );

  test.each(FAULTS)('%s from the start, nobody is told that his token is bad', async (_, fault) => {
    const jwt = await (await publish('ES256', 'a')).sign(DRIVER);
    server.fault = fault;
    expect(await fate(jwt)).toBe('unknown');
    expect(await fate(jwt)).toBe('unknown');
    expect(server.asked).toBe(1);
    server.fault = undefined;
    clock.nowMs += KEYS_REREAD_AFTER_MS;
    expect(await fate(jwt)).toBe('taken');
  });

  test('hangs, the first token waits for some seconds, and no other after it', async () => {
    const known = await (await publish('ES256', 'a')).sign(DRIVER);
    expect(await fate(known)).toBe('taken');
    const tries = { begun: 0, givenUp: 0 };
    server.fault = (request) => {
      tries.begun++;
      request.on('close', () => tries.givenUp++);
    };
    clock.nowMs += KEYS_FRESH_MS;
    expect(await fate(known)).toBe('taken');
    clock.nowMs += KEYS_REREAD_AFTER_MS;
    while (tries.begun < 2) expect(await fate(known)).toBe('taken');
    expect(tries.givenUp).toBe(1);
  });
});

test('a user and a password in the URL are sent as such, and are in no log line', async () => {
  const jwt = await (await publish('ES256', 'a')).sign(DRIVER);
  let sent: string | undefined;
  server.fault = (request, response) => {
    sent = request.headers.authorization;
    response.writeHead(403).end();
  };
  tokens = open(server.url.replace('//', '//user:hunter2%21@'));
  expect(await fate(jwt)).toBe('unknown');
  expect(sent).toBe(`Basic ${Buffer.from('user:hunter2!').toString('base64')}`);
  expect(told.join()).not.toContain('hunter2');
});

function hs256(secret: string | Buffer, header: object): string {
  const text = [{ alg: 'HS256', ...header }, DRIVER]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
