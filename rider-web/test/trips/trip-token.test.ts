import { expect, test } from '@jest/globals';
import { tripId } from '@tripcast/protocol';
import { takeToken, tripIdOf } from '../../src/trips/trip-token.ts';

const trip = tripId('ride-7');

function aTab() {
  const stored = new Map<string, string>();
  const addresses: unknown[] = [];
  return {
    stored,
    addresses,
    history: {
      replaceState: (_state: unknown, _title: string, address?: unknown) => addresses.push(address),
    },
    storage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    },
  };
}

test('the token leaves the address at once and lives as long as the tab', () => {
  const tab = aTab();
  const opened = takeToken(trip, { pathname: '/trips/ride-7', hash: '#a.b.c' }, tab.history, tab.storage);
  expect(opened).toBe('a.b.c');
  expect(tab.addresses).toEqual(['/trips/ride-7']);
  const reloaded = takeToken(trip, { pathname: '/trips/ride-7', hash: '' }, tab.history, tab.storage);
  expect(reloaded).toBe('a.b.c');
});

test('a new link to the same trip brings its new token', () => {
  const tab = aTab();
  takeToken(trip, { pathname: '/trips/ride-7', hash: '#old' }, tab.history, tab.storage);
  expect(takeToken(trip, { pathname: '/trips/ride-7', hash: '#new' }, tab.history, tab.storage)).toBe('new');
});

test('one trip’s token is not another’s', () => {
  const tab = aTab();
  takeToken(trip, { pathname: '/trips/ride-7', hash: '#a' }, tab.history, tab.storage);
  const other = tripId('ride-8');
  expect(takeToken(other, { pathname: '/trips/ride-8', hash: '' }, tab.history, tab.storage)).toBeUndefined();
});

test('a fragment that is broken is taken as it stands', () => {
  const tab = aTab();
  expect(takeToken(trip, { pathname: '/trips/ride-7', hash: '#%E0%A4%A' }, tab.history, tab.storage)).toBe(
    '%E0%A4%A',
  );
});

test.each([
  ['/trips/ride-7', 'ride-7'],
  ['/trips/ride-7/', 'ride-7'],
  ['/trips/', undefined],
  ['/trips/a b', undefined],
  ['/trips/ride-7/track', undefined],
  ['/', undefined],
])('%s names %s', (pathname, id) => {
  expect(tripIdOf({ pathname })).toBe(id);
});
