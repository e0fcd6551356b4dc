import { expect, test } from '@jest/globals';
import { OwnPlace } from '../../src/device/own-place.ts';

/** A phone whose receiver the test speaks for. */
function aPhone() {
  let heard: { found: PositionCallback; failed: PositionErrorCallback } | undefined;
  let asked = 0;
  const place = new OwnPlace({
    watchPosition: (found, failed) => {
      heard = { found, failed: failed! };
      return ++asked;
    },
    clearWatch: () => {
      heard = undefined;
    },
  });
  return {
    place,
    timesAsked: () => asked,
    isWatching: () => heard !== undefined,
    isAt: (latitude: number, longitude: number, accuracy: number) =>
      heard?.found({ coords: { latitude, longitude, accuracy } } as GeolocationPosition),
    fails: (code: number) => heard?.failed({ code, PERMISSION_DENIED: 1 } as GeolocationPositionError),
  };
}

test('the browser is asked nothing before its owner wants to see where they are', () => {
  const phone = aPhone();
  expect(phone.place.state()).toEqual({ kind: 'off' });
  expect(phone.timesAsked()).toBe(0);
});

test('once wanted, it follows the phone, and says how exact it is', () => {
  const phone = aPhone();
  let told = 0;
  phone.place.subscribe(() => told++);
  phone.place.start();
  phone.place.start();
  expect(phone.timesAsked()).toBe(1);
  expect(phone.place.state()).toEqual({ kind: 'waiting' });
  phone.isAt(-34.9, -56.1, 12);
  expect(phone.place.state()).toEqual({
    kind: 'known',
    place: { latitude: -34.9, longitude: -56.1 },
    accuracyMetres: 12,
  });
  expect(told).toBe(2);
});

test('a no is taken for one: the phone is left alone', () => {
  const phone = aPhone();
  phone.place.start();
  phone.fails(1);
  expect(phone.place.state()).toEqual({ kind: 'denied' });
  expect(phone.isWatching()).toBe(false);
});

test('a phone that loses its satellites keeps the place it had; one that never had any says so', () => {
  const phone = aPhone();
  phone.place.start();
  phone.fails(2);
  expect(phone.place.state()).toEqual({ kind: 'unavailable' });
  phone.isAt(-34.9, -56.1, 12);
  phone.fails(3);
  expect(phone.place.state().kind).toBe('known');
});

test('a device without a receiver says so', () => {
  const place = new OwnPlace(undefined);
  place.start();
  expect(place.state()).toEqual({ kind: 'unavailable' });
});

test('close() forgets the place, and may be called twice', () => {
  const phone = aPhone();
  phone.place.start();
  phone.isAt(-34.9, -56.1, 12);
  phone.place.close();
  phone.place.close();
  expect(phone.place.state()).toEqual({ kind: 'off' });
  expect(phone.isWatching()).toBe(false);
});
