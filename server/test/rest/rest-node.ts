// A node's REST API without a network: the real routes, tokens and embedded backend, a clock that is stepped.

import type { Fix, Trip } from '@tripcast/protocol';
import { encodeFixes, tripId, vehicleId } from '@tripcast/protocol';
import type { Claims } from '../../src/auth/tokens.ts';
import { createTokens } from '../../src/auth/tokens.ts';
import type { Backend } from '../../src/backend.ts';
import type { Config } from '../../src/config/config.ts';
import { createMemoryBackend } from '../../src/memory/memory-backend.ts';
import { createRestApp } from '../../src/rest/rest-app.ts';
import { readStaticFiles } from '../../src/rest/static-files.ts';
import { createTripService } from '../../src/trips/trip-service.ts';

export const T0 = 1_700_000_000_000;
const HOUR_MS = 3_600_000;
const SECRET = 'a-secret-of-at-least-thirty-two-bytes';

export const TRIP_REQUEST = {
  id: 't1',
  vehicleId: 'v1',
  pickup: { latitude: -34.9055, longitude: -56.1913, name: 'Plaza Independencia' },
  dropoff: { latitude: -34.9234, longitude: -56.15 },
};

export interface RestNode {
  clock: { nowMs: number; now(): number };
  backend: Backend;
  /** What was logged as an error. */
  errors: object[];
  state: { draining: boolean };
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  tokenOf(who: Who, claims?: Partial<Claims>): string;
  createTrip(fields?: object): Promise<Trip>;
  /** Changes the trip's status, one after the other, as the operator. */
  move(...statuses: string[]): Promise<void>;
  store(...fixes: Fix[]): Promise<void>;
}

export interface CallOptions {
  as?: Who;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The parties to trip `t1` of vehicle `v1`, and people from elsewhere. */
export const PEOPLE = {
  operator: { role: 'operator' },
  rider: { role: 'rider', trip: tripId('t1') },
  driver: { role: 'driver', vehicle: vehicleId('v1') },
  'other rider': { role: 'rider', trip: tripId('t2') },
  'other driver': { role: 'driver', vehicle: vehicleId('v2') },
} as const;
export type Who = keyof typeof PEOPLE;

export async function restNode(
  options: {
    config?: Partial<Pick<Config, 'origins' | 'demo' | 'tiles'>>;
    secret?: string | undefined;
    wrapBackend?: (backend: Backend) => Backend;
    mayReadPage?: (reader: string) => boolean;
  } = {},
): Promise<RestNode> {
  const clock = { nowMs: T0, now: () => clock.nowMs };
  const memory = createMemoryBackend({ clock });
  const backend = options.wrapBackend?.(memory) ?? memory;
  const signer = createTokens({ secrets: [SECRET], outsideKeys: undefined, clock });
  const tokens =
    'secret' in options
      ? { verify: signer.verify, sign: undefined } // as with a foreign key set alone
      : signer;
  const errors: object[] = [];
  const log = { info() {}, warn() {}, error: (fields: object) => void errors.push(fields) };
  let made = 0;
  const state = { draining: false };
  const trips = createTripService({ backend, clock, log, makeTripId: () => tripId(`made-${++made}`) });
  const app = createRestApp({
    config: {
      origins: [],
      demo: 'off',
      tiles: { url: undefined, attribution: undefined },
      ...options.config,
    },
    backend,
    tokens,
    trips,
    clock,
    log,
    mayReadPage: (reader) => options.mayReadPage?.(reader) ?? true,
    site: readStaticFiles('/nowhere', undefined),
    isDraining: () => state.draining,
    unfitBecause: () => (state.draining ? 'the node is draining' : undefined),
    metrics: async () => 'tripcast_build_info 1\n',
  });

  const node: RestNode = {
    clock,
    backend,
    errors,
    state,
    async call(method, path, { as, token, body, headers } = {}) {
      const jwt = token ?? (as && node.tokenOf(as));
      return app.request(`http://node.example:8080${path}`, {
        method,
        headers: {
          ...(jwt !== undefined && { authorization: `Bearer ${jwt}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
    tokenOf(who, claims) {
      const times = { issuedAtMs: clock.nowMs, expiresAtMs: clock.nowMs + HOUR_MS };
      return signer.sign!({ ...PEOPLE[who], ...times, ...claims } as Claims);
    },
    async createTrip(fields) {
      const response = await node.call('POST', '/v1/trips', {
        as: 'operator',
        body: { ...TRIP_REQUEST, ...fields },
      });
      return ((await response.json()) as { trip: Trip }).trip;
    },
    async move(...statuses) {
      for (const status of statuses) {
        const { status: http } = await node.call('PATCH', '/v1/trips/t1', {
          as: 'operator',
          body: { status },
        });
        if (http !== 200) throw new Error(`${status} was refused: ${http}`);
      }
    },
    async store(...fixes) {
      await backend.tracks.store(tripId('t1'), 1, encodeFixes(fixes));
    },
  };
  return node;
}
