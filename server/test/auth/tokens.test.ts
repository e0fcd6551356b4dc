import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { tripId, vehicleId } from '@tripcast/protocol';
import type { JWTPayload } from 'jose';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Claims, Tokens } from '../../src/auth/tokens.ts';
import { createTokens } from '../../src/auth/tokens.ts';
import { BackendUnavailable } from '../../src/backend.ts';

const SECRET = 'a-secret-of-at-least-thirty-two-bytes';
const NOW = 1_700_000_000_500;
const clock = { now: () => NOW };
const seconds = (ms: number) => ms / 1000;

const OPERATOR = { aud: 'tripcast', role: 'operator', iat: 1_700_000_000, exp: 1_700_000_060 };

/** Signs by hand: whatever the header and the payload are. */
function forge(payload: object, header: object = { alg: 'HS256', typ: 'JWT' }, secret = SECRET): string {
  const text = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

describe('with a secret', () => {
  let tokens: Tokens;
  beforeAll(async () => {
    tokens = await createTokens({ secret: SECRET, jwksUrl: undefined, clock });
  });

  test('a token by another HS256 implementation is understood', async () => {
    expect(await tokens.verify(forge(OPERATOR))).toEqual({
      role: 'operator',
      issuedAtMs: 1_700_000_000_000,
      expiresAtMs: 1_700_000_060_000,
    });
  });

  test.each<Claims>([
    { role: 'operator', issuedAtMs: NOW, expiresAtMs: NOW + 1 },
    { role: 'driver', vehicle: vehicleId('v-1'), issuedAtMs: NOW - 123, expiresAtMs: NOW + 3_600_000 },
    { role: 'rider', trip: tripId('t_1'), issuedAtMs: NOW - 7, expiresAtMs: NOW + 86_400_000 },
  ])('what is signed for $role is read again to the millisecond, and signed again alike', async (claims) => {
    const jwt = await tokens.sign!(claims);
    expect(await tokens.verify(jwt)).toEqual(claims);
    expect(await tokens.sign!(claims)).toBe(jwt);
  });

  test.each<[string, object]>([
    ['for another service', { ...OPERATOR, aud: 'other' }],
    ['for nobody', { ...OPERATOR, aud: undefined }],
    ['without iat', { ...OPERATOR, iat: undefined }],
    ['without exp', { ...OPERATOR, exp: undefined }],
    ['with a textual iat', { ...OPERATOR, iat: '1700000000' }],
    ['expired to the millisecond', { ...OPERATOR, exp: seconds(NOW) }],
    ['issued in the future', { ...OPERATOR, iat: seconds(NOW + 61_000), exp: seconds(NOW + 99_000) }],
    ['not valid yet', { ...OPERATOR, nbf: seconds(NOW + 99_000) }],
    ['without a role', { ...OPERATOR, role: undefined }],
    ['with an unknown role', { ...OPERATOR, role: 'admin' }],
    ['of a driver without a vehicle', { ...OPERATOR, role: 'driver' }],
    ['of a driver with a strange vehicle', { ...OPERATOR, role: 'driver', vehicle: 'v{1}' }],
    ['of a rider without a trip', { ...OPERATOR, role: 'rider' }],
    ['of a rider of many trips', { ...OPERATOR, role: 'rider', trip: ['t1'] }],
    ['that is very long', { ...OPERATOR, padding: 'x'.repeat(4096) }],
  ])('a token %s is refused', async (_, payload) => {
    expect(await tokens.verify(forge(payload))).toBeUndefined();
  });

  test("another issuer's clock may be a minute ahead", async () => {
    const claims = await tokens.verify(forge({ ...OPERATOR, iat: seconds(NOW + 59_000) }));
    expect(claims?.issuedAtMs).toBe(NOW + 59_000);
  });

  test.each([
    ['no token', ''],
    ['no JWT', 'abc'],
    ['dots', '..'],
    ['broken base64', 'a.b.c'],
    ['none as its algorithm', `${forge(OPERATOR, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`],
    ['none and a signature', forge(OPERATOR, { alg: 'none' })],
    ['another algorithm', forge(OPERATOR, { alg: 'HS512' })],
    ['another secret', forge(OPERATOR, undefined, `${SECRET}!`)],
    ['an extension that must be understood', forge(OPERATOR, { alg: 'HS256', crit: ['x'], x: 1 })],
    ['a changed payload', `${forge(OPERATOR).replace(/\.[^.]+\./, '.e30.')}`],
  ])('%s is refused', async (_, jwt) => {
    expect(await tokens.verify(jwt)).toBeUndefined();
  });
});

describe('with a foreign key set', () => {
  const algorithms = ['RS256', 'ES256', 'EdDSA'] as const;
  const pairs = new Map<string, Awaited<ReturnType<typeof generateKeyPair>>>();
  const jwks: { keys: object[] } = { keys: [] };
  let answer: () => Response;
  const open = (secret?: string) =>
    createTokens({ secret, jwksUrl: 'https://id.example/keys', clock, fetch: async () => answer() });

  beforeAll(async () => {
    for (const alg of algorithms) {
      const pair = await generateKeyPair(alg, { extractable: true });
      pairs.set(alg, pair);
      jwks.keys.push({ ...(await exportJWK(pair.publicKey)), kid: alg, alg });
    }
    answer = () => Response.json(jwks);
  });

  const sign = (alg: string, payload: JWTPayload = OPERATOR) =>
    new SignJWT(payload).setProtectedHeader({ alg, kid: alg }).sign(pairs.get(alg)!.privateKey);

  test.each(algorithms)('its %s tokens are understood', async (alg) => {
    const tokens = await open();
    expect(await tokens.verify(await sign(alg))).toMatchObject({ role: 'operator' });
    expect(await tokens.verify(await sign(alg, { ...OPERATOR, aud: 'other' }))).toBeUndefined();
  });

  test('alone can sign nothing', async () => {
    expect((await open()).sign).toBeUndefined();
  });

  test('and a secret work side by side', async () => {
    const tokens = await open(SECRET);
    expect(await tokens.verify(forge(OPERATOR))).toMatchObject({ role: 'operator' });
    expect(await tokens.verify(await sign('ES256'))).toMatchObject({ role: 'operator' });
  });

  test("a public key can't be passed off as an HS256 secret", async () => {
    const tokens = await open();
    const publicKey = JSON.stringify(jwks.keys[0]);
    expect(await tokens.verify(forge(OPERATOR, { alg: 'HS256', kid: 'RS256' }, publicKey))).toBeUndefined();
  });

  test('a token by a key that is not in it is refused', async () => {
    const tokens = await open();
    const { privateKey } = await generateKeyPair('ES256');
    for (const kid of ['ES256', 'unknown']) {
      const jwt = await new SignJWT(OPERATOR).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
      expect(await tokens.verify(jwt)).toBeUndefined();
    }
  });

  test.each([
    ['is away', () => Promise.reject(new TypeError('fetch failed'))],
    ['has an error', async () => new Response('oops', { status: 500 })],
    ['sends no key set', async () => Response.json({ keys: 'none' })],
    ['sends no JSON', async () => new Response('<html>')],
  ])('while its server %s, nobody is told that his token is bad', async (_, fetchKeys) => {
    const tokens = await createTokens({
      secret: undefined,
      jwksUrl: 'https://id.example/keys',
      clock,
      fetch: fetchKeys,
    });
    await expect(tokens.verify(await sign('ES256'))).rejects.toBeInstanceOf(BackendUnavailable);
  });
});
