// A node without a network: its tokens, its REST API, and how it judges fixes.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { type Trip, type TripId, tripId, vehicleId } from '@tripcast/protocol';
import { createTokens, type Tokens } from '../../server/src/auth/tokens.ts';
import { VehicleTrips } from '../../server/src/live/vehicle-trips.ts';
import { createMemoryBackend } from '../../server/src/memory/memory-backend.ts';
import { fixesAt, timesOf, tripUnderWay } from '../../server/test/contract/samples.ts';
import { judged as judgedBy } from '../../server/test/live/judged.ts';
import { SteppedClock } from '../../server/test/live/stepped-clock.ts';
import { type RestNode, restNode, TRIP_REQUEST } from '../../server/test/rest/rest-node.ts';
import { between } from '../support/random.ts';
import { numbers } from '../support/ride.ts';
import { SECRET } from '../support/tokens.ts';
import { fuzz, must, type Random } from './fuzz.ts';
import { altered, json, mistyped, pick } from './garbage.ts';

const clock = new SteppedClock();
const NOW_S = clock.now() / 1_000;

let tokens: Tokens;
let node: RestNode;
beforeAll(async () => {
  tokens = createTokens({ secrets: [SECRET], outsideKeys: undefined, clock });
  node = await restNode();
});
afterAll(() => {
  expect(node.errors).toEqual([]); // no mistake of ours
});

fuzz('[H5]', 'tokens', 0.03, async (random) => {
  const right = signed(
    payloadOf(random),
    pick(random, ['HS256', 'HS256', 'HS384', 'HS512', 'none', 'RS256']),
  );
  const said = random() < 0.5 ? right : mistyped(random, right);
  const claims = await tokens.verify(said);
  if (!claims) return;
  must(sameBytes(said, right), 'only what was signed', said, right);
  const [head, payload] = said.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  const { aud, role, exp, iat, vehicle, trip } = JSON.parse(payload!);
  must(JSON.parse(head!).alg === 'HS256', 'by the algorithm that we use', head);
  must([aud].flat().includes('tripcast') && claims.role === role, 'for us', payload);
  must(exp > NOW_S && iat <= NOW_S + 61, 'now', payload);
  must(claims.role !== 'driver' || claims.vehicle === vehicle, 'for that vehicle', payload);
  must(claims.role !== 'rider' || claims.trip === trip, 'for that trip', payload);
});

function payloadOf(random: Random): object {
  const { aud, iat, exp } = { aud: 'tripcast', iat: NOW_S, exp: NOW_S + 3_600 };
  const subject = pick(random, [
    { role: 'operator' },
    { role: 'driver', vehicle: 'v1' },
    { role: 'rider', trip: 't1' },
    { role: 'rider', trip: 't1', share: 's1' },
  ]);
  return random() < 0.5 ? { aud, iat, exp, ...subject } : altered(random, { aud, iat, exp, ...subject });
}

function signed(payload: object, alg: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const said = `${part({ alg, typ: 'JWT' })}.${part(payload)}`;
  const hash = { HS384: 'sha384', HS512: 'sha512' }[alg] ?? 'sha256';
  return `${said}.${alg === 'none' ? '' : createHmac(hash, SECRET).update(said).digest('base64url')}`;
}

/** The last character of base64 has bits that mean nothing. */
function sameBytes(one: string, other: string): boolean {
  const bytesOf = (token: string) =>
    token.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'));
  return bytesOf(one).join() === bytesOf(other).join();
}

/** What a client can ask for: halves of surrogate pairs can't be sent. */
function asPath(path: string): string {
  return encodeURI(Buffer.from(path).toString()).replace(/^\/?/, '/');
}

const STATUSES = new Set([200, 201, 204, 400, 401, 403, 404, 409, 410, 413, 429, 503]);

fuzz('[R1] [R2]', 'REST calls', 0.01, async (random) => {
  const path = mistyped(
    random,
    pick(random, [
      '/v1/trips',
      '/v1/trips?limit=20&cursor=abc&status=NEW',
      '/v1/trips/t1',
      '/v1/trips/t1/track?since=0&format=geojson',
      '/v1/trips/t1/track?format=gpx',
      '/v1/trips/t1/tokens',
      '/v1/trips/t1/shares',
      '/v1/trips/t1/revoke',
      '/v1/vehicles/v1/revoke',
      '/readyz',
    ]),
  );
  const method = pick(random, ['GET', 'GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS']);
  const token =
    random() < 0.9 ? await node.tokenOf('operator') : mistyped(random, await node.tokenOf('rider'));
  const right = pick(random, [
    TRIP_REQUEST,
    { status: 'ENROUTE_TO_PICKUP', eta: 1 },
    { name: 'Ada', lastsMinutes: 5 },
  ]);
  const body =
    random() < 0.8
      ? JSON.stringify(altered(random, right))
      : mistyped(random, JSON.stringify(json(random, 3)) ?? '');
  const answer = await node
    .call(method, asPath(path), {
      token: token.replace(/[^!-~]/g, '.'),
      ...(method !== 'GET' && method !== 'OPTIONS' && { body }),
    })
    .catch((error: unknown) => {
      if (error instanceof TypeError && /Invalid URL/.test(String(error))) return undefined; // not one that can be asked
      throw error;
    });
  if (!answer) return;
  must(STATUSES.has(answer.status), 'a status that is in docs/protocol.md', answer.status, method, path);
  if (answer.status < 400) return;
  must(
    /^application\/problem\+json/.test(answer.headers.get('content-type') ?? ''),
    'a problem',
    method,
    path,
  );
  const problem = (await answer.json()) as { status: number; code: string };
  must(problem.status === answer.status && typeof problem.code === 'string', 'a whole problem', problem);
});

fuzz('[A3] [A5] [T2]', 'batches of fixes, judged', 0.012, async (random) => {
  const now = clock.now();
  const backend = createMemoryBackend({ clock });
  const vehicle = { id: vehicleId('v'), session: 1 };
  const trips: Trip[] = [];
  for (const index of numbers(between(random, 0, 3))) {
    const begun = tripUnderWay(now + between(random, 0, 20), {
      id: tripId(`t${index}`),
      vehicleId: vehicle.id,
    });
    trips.push(begun);
    await backend.trips.create(begun, '');
  }
  const ofVehicle = new VehicleTrips(vehicle.id, backend.trips, () => {});
  await ofVehicle.read();
  const tracks = new Map<TripId, number[]>(trips.map(({ id }) => [id as TripId, []]));
  for (let batch = between(random, 1, 4); batch > 0; batch--) {
    const times = numbers(between(random, 1, 6)).map(() => now + between(random, 0, 40));
    const judged = await judgedBy(backend, vehicle, ofVehicle, fixesAt(...times));
    const expected = times.map((time) => judgedByTwin(time, trips, tracks));
    const outOfOrder = expected.flatMap((verdict, index) => (verdict === 'outOfOrder' ? [index] : []));
    const stored = expected.filter((verdict) => verdict === 'stored').length;
    must(judged !== 'superseded' && judged !== 'gap', 'the only writer');
    must(judged.stored === stored, 'how many were stored', times, judged, expected);
    must(judged.outOfOrder.join() === outOfOrder.join(), 'which came too late', times, judged, expected);
  }
  for (const [id, times] of tracks) {
    must(timesOf(await backend.tracks.read(id, 0, 1_000)).join() === times.join(), 'the track', times);
  }
  await backend.close();
});

/** What docs/protocol.md says of one fix: stored in a trip, too late for all of its trips, or neither. */
function judgedByTwin(time: number, trips: readonly Trip[], tracks: Map<TripId, number[]>): string {
  const verdicts = trips
    .filter(({ startedAt }) => time >= startedAt!)
    .map(({ id }) => {
      const track = tracks.get(id as TripId)!;
      if (track.includes(time)) return 'duplicate';
      if (time < (track.at(-1) ?? 0)) return 'outOfOrder';
      track.push(time);
      return 'stored';
    });
  if (verdicts.includes('stored')) return 'stored';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'outOfOrder')
    ? 'outOfOrder'
    : 'settled';
}
