// The public keys of an outside issuer (RFC 7517), read by HTTP and kept: keys come and go there without a restart here,
// and that server may be away for a while.

import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, errors } from 'jose';
import { BackendUnavailable } from '../backend.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

/** Finds the key for a token. Rejects with a jose error when none fits, with BackendUnavailable when nobody can say. */
export type OutsideKeys = JWTVerifyGetKey;

/** Keys are read again before they are used when they were read this long ago, ms: so long a withdrawn key still works. */
export const KEYS_FRESH_MS = 300_000;
/** While they cannot be read again, known keys go on for so long, ms. */
export const KEYS_KEPT_MS = 6 * 3_600_000;
/** A token that names an unknown key has the keys read again, but not more often than this, ms. */
export const KEYS_REREAD_AFTER_MS = 10_000;
/** How long their server may take to answer, ms. */
const ANSWER_WITHIN_MS = 3_000;

/** @param options.fetch the platform's own by default */
export function outsideKeys(options: {
  url: string;
  clock: Clock;
  log: Log;
  fetch?: typeof fetch;
}): OutsideKeys {
  const { url, clock, log } = options;
  let known: { find: OutsideKeys; readAt: number } | undefined;
  let triedAt: number | undefined;
  let failure: unknown;
  let reading: Promise<void> | undefined;

  /** A clock that was set back makes nothing younger. */
  function isWithin(since: number | undefined, ms: number): boolean {
    if (since === undefined) return false;
    const age = clock.now() - since;
    return age >= 0 && age < ms;
  }

  /** Reads them, unless that was tried a moment ago. */
  async function reread(): Promise<void> {
    if (!reading && isWithin(triedAt, KEYS_REREAD_AFTER_MS)) return;
    reading ??= read().finally(() => {
      reading = undefined;
    });
    await reading;
  }

  async function read(): Promise<void> {
    triedAt = clock.now();
    try {
      known = { find: createLocalJWKSet(await download(url, options.fetch ?? fetch)), readAt: triedAt };
      if (failure !== undefined) log.info({}, 'the keys at TRIPCAST_JWKS_URL can be read again');
      failure = undefined;
    } catch (error) {
      if (failure === undefined) log.warn({ err: error }, 'the keys at TRIPCAST_JWKS_URL cannot be read');
      failure = error;
    }
  }

  return async (header, token) => {
    if (!isWithin(known?.readAt, KEYS_FRESH_MS)) {
      const attempt = reread();
      // Once it is known that they can't be read, nobody waits for the next try.
      if (failure === undefined || !isWithin(known?.readAt, KEYS_KEPT_MS)) await attempt;
    }
    if (!known || !isWithin(known.readAt, KEYS_KEPT_MS)) throw unavailable(failure);
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await reread(); // it may be new
      if (failure !== undefined) throw unavailable(failure);
      return known.find(header, token);
    }
  };
}

async function download(address: string, ask: typeof fetch): Promise<JSONWebKeySet> {
  const url = new URL(address);
  const { username, password } = url;
  Object.assign(url, { username: '', password: '' }); // `fetch` takes none in a URL, and would print them
  const authorization = `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`;
  const response = await ask(url, {
    headers: {
      accept: 'application/jwk-set+json, application/json',
      ...(username !== '' && { authorization }),
    },
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (response.status !== 200) throw new Error(`the key server answered ${response.status}`);
  return (await response.json()) as JSONWebKeySet; // jose checks its shape
}

function unavailable(cause: unknown): BackendUnavailable {
  return new BackendUnavailable('the keys at TRIPCAST_JWKS_URL cannot be read', { cause });
}
