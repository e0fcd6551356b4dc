import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { tripId, vehicleId } from '@tripcast/protocol';
import type { Claims, Tokens } from '../../src/auth/tokens.ts';
import { createTokens } from '../../src/auth/tokens.ts';

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
    tokens = createTokens({ secrets: [SECRET], outsideKeys: undefined, clock });
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
    const jwt = tokens.sign!(claims);
    expect(await tokens.verify(jwt)).toEqual(claims);
    expect(tokens.sign!(claims)).toBe(jwt);
  });

  test.each<[string, object]>([
    ['for another service', { ...OPERATOR, aud: 'other' }],
    ['for nobody', { ...OPERATOR, aud: undefined }],
    ['without iat', { ...OPERATOR, iat: undefined }],
    ['without exp', { ...OPERATOR, exp: undefined }],
    ['with exp null', { ...OPERATOR, exp: null }],
    ['that expired before the Unix epoch', { ...OPERATOR, exp: -1e300 }],
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
    ['of a rider of no trip', { ...OPERATOR, role: 'rider', trip: null }],
    ['of a rider whose share has no name', { ...OPERATOR, role: 'rider', trip: 't1', share: 7 }],
    ['of two roles', { ...OPERATOR, role: ['operator', 'rider'], trip: 't1' }],
    ['whose audience is an object', { ...OPERATOR, aud: { tripcast: true } }],
    ['that is very long', { ...OPERATOR, padding: 'x'.repeat(4096) }],
  ])('a token %s is refused', async (_, payload) => {
    expect(await tokens.verify(forge(payload))).toBeUndefined();
  });

  test.each<[string, object, object]>([
    ['among other audiences', { aud: ['taxi', 'tripcast'] }, { role: 'operator' }],
    ['with claims that nobody knows', { sub: 'u1', scope: 'x', jti: '1' }, { role: 'operator' }],
    ['of a driver that names a trip, too', { role: 'driver', vehicle: 'v1', trip: 't1' }, { vehicle: 'v1' }],
    ['of a rider that names a vehicle, too', { role: 'rider', vehicle: 'v1', trip: 't1' }, { trip: 't1' }],
  ])('a token %s is taken for its role alone', async (_, fields, claims) => {
    const read = await tokens.verify(forge({ ...OPERATOR, ...fields }));
    expect(read).toMatchObject(claims);
    expect('trip' in read! && 'vehicle' in read!).toBe(false);
  });

  test.each([1e12, 1e300, Number.MAX_VALUE])(
    '[H5] a token until %d dies 400 days after it was made, an operator’s after an hour',
    async (exp) => {
      for (const [role, lifeS] of [
        ['driver', 400 * 24 * 3_600],
        ['operator', 3_600],
      ] as const) {
        const fields = { ...OPERATOR, role, vehicle: 'v-1', exp };
        const claims = await tokens.verify(forge(fields));
        expect(claims!.expiresAtMs - claims!.issuedAtMs).toBe(lifeS * 1_000);
        expect(await tokens.verify(forge({ ...fields, iat: OPERATOR.iat - lifeS }))).toBeUndefined();
      }
    },
  );

  test('a key id means nothing to a secret', async () => {
    const jwt = forge(OPERATOR, { alg: 'HS256', kid: '../../dev/null' });
    expect(await tokens.verify(jwt)).toMatchObject({ role: 'operator' });
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
    ['an object as its algorithm', forge(OPERATOR, { alg: { toString: 'HS256' } })],
    ['an unencoded payload', forge(OPERATOR, { alg: 'HS256', crit: ['b64'], b64: false })],
    ['an encrypted token', `${forge(OPERATOR, { alg: 'dir', enc: 'A256GCM' })}.x.y`],
    ['a payload that is a list', forge([OPERATOR])],
    ['a changed payload', `${forge(OPERATOR).replace(/\.[^.]+\./, '.e30.')}`],
  ])('%s is refused', async (_, jwt) => {
    expect(await tokens.verify(jwt)).toBeUndefined();
  });
});

describe('with two secrets', () => {
  const [old, next] = [SECRET, `${SECRET}, the next one`];
  const open = (...secrets: string[]) => createTokens({ secrets, outsideKeys: undefined, clock });
  const claims: Claims = { role: 'operator', issuedAtMs: NOW, expiresAtMs: NOW + 1_000 };

  test('at each step of a change every node takes the tokens of every other', async () => {
    const steps = [[old], [old, next], [next, old], [next]];
    for (const [index, secrets] of steps.entries()) {
      const neighbours = steps.slice(Math.max(0, index - 1), index + 2);
      const jwt = await open(...secrets).sign!(claims);
      for (const theirs of neighbours) expect(await open(...theirs).verify(jwt)).toEqual(claims);
    }
  });

  test('the first signs, and one that is taken out is dead', async () => {
    const jwt = await open(next, old).sign!(claims);
    expect(await open(next).verify(jwt)).toEqual(claims);
    expect(await open(old).verify(jwt)).toBeUndefined();
  });

  test('what is wrong with a token of the second is seen', async () => {
    const tokens = open(next, old);
    expect(await tokens.verify(forge(OPERATOR, undefined, old))).toMatchObject({ role: 'operator' });
    expect(await tokens.verify(forge({ ...OPERATOR, aud: 'taxi' }, undefined, old))).toBeUndefined();
    expect(await tokens.verify(forge({ ...OPERATOR, exp: 1 }, undefined, next))).toBeUndefined();
  });
});

test('without any secret nothing is signed, and no HS256 token is taken, whatever its key', async () => {
  const tokens = createTokens({ secrets: [], outsideKeys: undefined, clock });
  expect(tokens.sign).toBeUndefined();
  for (const secret of [SECRET, ' ', 'undefined']) {
    expect(await tokens.verify(forge(OPERATOR, undefined, secret))).toBeUndefined();
  }
});
