import { expect, test } from '@jest/globals';
import { forgetDriverToken, readDriverToken, takeDriverToken } from '../../src/drive/driver-token.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: object) => `${part({ alg: 'HS256' })}.${part(claims)}.sig`;
const DRIVER = jwt({ role: 'driver', vehicle: 'car-1' });

/** A tab: its address, and what it keeps. */
function aTab(hash = '') {
  const kept = new Map<string, string>();
  const addresses: string[] = [];
  return {
    addresses,
    storage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    },
    location: { pathname: '/drive', hash },
    history: {
      replaceState: (_data: unknown, _unused: string, url?: string | URL | null) =>
        void addresses.push(String(url)),
    },
  };
}

test('the vehicle is the token’s', () => {
  expect(readDriverToken(` ${DRIVER}\n`)).toEqual({ token: DRIVER, vehicleId: 'car-1' });
});

test.each([
  ['nothing', ''],
  ['no token', 'hello'],
  ['a rider’s', jwt({ role: 'rider', trip: 't1' })],
  ['an operator’s', jwt({ role: 'operator' })],
  ['one for a vehicle that can’t be', jwt({ role: 'driver', vehicle: 'a/b' })],
])('%s is no driver’s token', (_name, text) => {
  expect(readDriverToken(text)).toBeUndefined();
});

test('[P8] it is moved out of the address at once, and there after a reload until it is forgotten', () => {
  const tab = aTab(`#${DRIVER}`);
  expect(takeDriverToken(tab.location, tab.history, tab.storage)?.vehicleId).toBe('car-1');
  expect(tab.addresses).toEqual(['/drive']);
  const reloaded = { pathname: '/drive', hash: '' };
  expect(takeDriverToken(reloaded, tab.history, tab.storage)?.vehicleId).toBe('car-1');
  forgetDriverToken(tab.storage);
  expect(takeDriverToken(reloaded, tab.history, tab.storage)).toBeUndefined();
});

test('[P8] what is no driver’s token doesn’t stay in the address either, and is not kept', () => {
  const tab = aTab('#secret');
  expect(takeDriverToken(tab.location, tab.history, tab.storage)).toBeUndefined();
  expect(tab.addresses).toEqual(['/drive']);
  expect(takeDriverToken({ ...tab.location, hash: '' }, tab.history, tab.storage)).toBeUndefined();
});
