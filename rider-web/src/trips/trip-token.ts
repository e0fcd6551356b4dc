// A followed link carries its token in the fragment, which browsers never send. It is moved out of the address at
// once, so that it is neither copied with the link nor kept in the history, and lives as long as the tab does.

import { isTripId, type TripId } from '@tripcast/protocol';

const PATH = /^\/trips\/([^/]+)\/?$/;

/** The trip that the address names; `undefined` when it names none. */
export function tripIdOf(location: Pick<Location, 'pathname'>): TripId | undefined {
  const id = PATH.exec(location.pathname)?.[1];
  return isTripId(id) ? id : undefined;
}

/** The trip's token, from the address or from before a reload; `undefined` when the link had none. */
export function takeToken(
  trip: TripId,
  location: Pick<Location, 'pathname' | 'hash'>,
  history: Pick<History, 'replaceState'>,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): string | undefined {
  const key = `tripcast.token.${trip}`;
  const fromLink = location.hash.slice(1); // a JWT has nothing that an address would encode
  if (!fromLink) return storage.getItem(key) ?? undefined;
  history.replaceState(null, '', location.pathname);
  storage.setItem(key, fromLink);
  return fromLink;
}
