import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  drivePath,
  followPath,
  offeredSubprotocols,
  readOffer,
  SUBPROTOCOL,
  tripId,
  vehicleId,
} from '../src/index.ts';
import { seeded } from './seed.ts';

const base64url = fc.string({
  unit: fc.constantFrom(...'ABCXYZabcxyz0189_-'),
  minLength: 1,
});
const jwt = fc.tuple(base64url, base64url, base64url).map((parts) => parts.join('.'));

test(`[H4] what a client offers is what a server reads ${seeded}`, () => {
  fc.assert(
    fc.property(jwt, (token) => {
      expect(readOffer(offeredSubprotocols(token).join(', '))).toEqual({ subprotocol: SUBPROTOCOL, token });
    }),
  );
});

test(`[H3] any header is read without an exception ${seeded}`, () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const { subprotocol, token } = readOffer(header);
      expect([undefined, 'tripcast.v1', 'tripcast.v1+json']).toContain(subprotocol);
      expect(token === undefined || header.includes(`bearer.${token}`)).toBe(true);
    }),
  );
});

test('[H1] paths of the sockets', () => {
  expect(drivePath(vehicleId('v-1'))).toBe('/v1/vehicles/v-1/drive');
  expect(followPath(tripId('t-1'))).toBe('/v1/trips/t-1/follow');
  expect(followPath(tripId('t-1'), 0)).toBe('/v1/trips/t-1/follow?since=0');
  expect(followPath(tripId('t-1'), 1_795_000_000_000)).toBe('/v1/trips/t-1/follow?since=1795000000000');
});

test('[H2] an id that an author wrote wrong is named', () => {
  expect(() => tripId('a b')).toThrow(/trip id .*"a b"/);
  expect(() => vehicleId('')).toThrow(RangeError);
});
