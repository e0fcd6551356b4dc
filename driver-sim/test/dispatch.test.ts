import { describe, expect, test } from '@jest/globals';
import { decodePolyline, type Trip } from '@tripcast/protocol';
import { Dispatch } from '../src/dispatch.ts';
import { startOfDay } from '../src/driver.ts';
import { randomFrom } from '../src/random.ts';
import type { Ride } from '../src/ride.ts';
import { encodeRoute } from '../src/route.ts';
import { tokensFrom } from '../src/tokens.ts';
import type { Answer, Call } from '../src/trip-api.ts';
import { montevideo } from './montevideo.ts';
import { SteppedClock, settled } from './stepped-clock.ts';

const OK: Answer = { ok: true, body: {} };
const refusal = (status: number, code: string, attempts = 1): Answer =>
  ({ ok: false, status, problem: { code, detail: 'because' }, attempts }) as Answer;

const ride: Ride = (() => {
  for (let index = 0; ; index++) {
    const { news } = startOfDay(montevideo, randomFrom('dispatch', index));
    if (news?.type === 'assigned') return news.ride;
  }
})();

/** A dispatch whose calls are answered by `answer`. */
function dispatchWith(answer: (call: Call) => Answer | Promise<Answer>) {
  const clock = new SteppedClock();
  const calls: Call[] = [];
  const problems: string[] = [];
  const dispatch = new Dispatch({
    api: async (call, signal) => {
      if (signal.aborted) return undefined;
      calls.push(call);
      const never = new Promise<undefined>((resolve) =>
        signal.addEventListener('abort', () => resolve(undefined)),
      );
      return Promise.race([answer(call), never]);
    },
    tokens: tokensFrom('a secret that is long enough for HS256'),
    clock,
    vehicleId: 'sim-1-1',
    vehicle: { plate: 'SBC 1234' },
    runId: 'run',
    etaIn: (seconds) => 1_000_000 + seconds * 1_000,
    onProblem: (text) => problems.push(text),
  });
  const said = () =>
    calls.map(({ method, path, body }) => ({ method, path, body: body as Record<string, unknown> }));
  return { dispatch, clock, calls, problems, said };
}

const status = (name: 'ENROUTE_TO_PICKUP' | 'ARRIVED_AT_PICKUP' | 'ENROUTE_TO_DROPOFF' | 'COMPLETE') =>
  ({ type: 'status', ride, status: name }) as const;

describe('a ride becomes a trip', () => {
  test('made by the operator, changed by its driver, with the route of each leg', async () => {
    const { dispatch, calls, said, problems } = dispatchWith(() => OK);
    dispatch.report({ type: 'assigned', ride });
    dispatch.report({ ...status('ENROUTE_TO_PICKUP'), secondsLeft: 60 });
    dispatch.report({ type: 'eta', ride, secondsLeft: 90 });
    dispatch.report(status('ARRIVED_AT_PICKUP'));
    dispatch.report({ ...status('ENROUTE_TO_DROPOFF'), secondsLeft: 300 });
    dispatch.report(status('COMPLETE'));
    await settled();
    expect(said()).toMatchObject([
      {
        method: 'POST',
        path: '/v1/trips',
        body: { id: 'run-sim-1-1-1', vehicleId: 'sim-1-1', vehicle: { plate: 'SBC 1234' }, simulated: true },
      },
      {
        method: 'PATCH',
        path: '/v1/trips/run-sim-1-1-1',
        body: { status: 'ENROUTE_TO_PICKUP', eta: 1_060_000 },
      },
      { body: { eta: 1_090_000 } },
      { body: { status: 'ARRIVED_AT_PICKUP' } },
      { body: { status: 'ENROUTE_TO_DROPOFF', eta: 1_300_000, route: encodeRoute(ride.toDropoff.route) } },
      { body: { status: 'COMPLETE' } },
    ]);
    const [, ...changes] = calls;
    const role = async (call: Call) => JSON.parse(atob((await call.token()).split('.')[1]!)).role;
    expect(await role(calls[0]!)).toBe('operator');
    expect(await Promise.all(changes.map(role))).toEqual(changes.map(() => 'driver'));
    expect(decodePolyline(said()[0]!.body.route as string)!.length).toBeGreaterThan(1);
    expect(problems).toEqual([]);
    expect(dispatch.tripId).toBeUndefined();
  });

  test('without a route where nobody knows the way', async () => {
    const { dispatch, said } = dispatchWith(() => OK);
    const { number, pickup, dropoff } = ride;
    const unknown = { number, pickup, dropoff };
    dispatch.report({ type: 'assigned', ride: unknown });
    dispatch.report({ type: 'status', ride: unknown, status: 'ENROUTE_TO_DROPOFF', secondsLeft: 300 });
    await settled();
    expect(said().map(({ body }) => 'route' in body)).toEqual([false, false]);
    expect(said()[1]!.body).toEqual({ status: 'ENROUTE_TO_DROPOFF', eta: 1_300_000 });
  });

  test('one call after the other, however long each takes', async () => {
    const answers: ((answer: Answer) => void)[] = [];
    const { dispatch, calls } = dispatchWith(() => new Promise((resolve) => answers.push(resolve)));
    dispatch.report({ type: 'assigned', ride });
    dispatch.report(status('ENROUTE_TO_PICKUP'));
    await settled();
    expect(calls).toHaveLength(1);
    answers[0]!(OK);
    await settled();
    expect(calls).toHaveLength(2);
  });

  test('told again to a server that has forgotten it, when a change finds it missing', async () => {
    const known = new Set<string>();
    let forgetful = false;
    const { dispatch, said, problems } = dispatchWith(({ method, path, body }) => {
      if (method === 'POST') known.add((body as { id: string }).id);
      if (forgetful) known.clear();
      forgetful = false;
      return known.has(path.split('/').at(-1)!) || method === 'POST' ? OK : refusal(404, 'not_found');
    });
    dispatch.report({ type: 'assigned', ride });
    dispatch.report(status('ENROUTE_TO_PICKUP'));
    await settled();
    forgetful = true;
    dispatch.report(status('ARRIVED_AT_PICKUP'));
    await settled();
    expect(said().map(({ method, body }) => `${method} ${body.status ?? ''}`)).toEqual([
      'POST ',
      'PATCH ENROUTE_TO_PICKUP',
      'PATCH ARRIVED_AT_PICKUP',
      'POST ',
      'PATCH ENROUTE_TO_PICKUP',
      'PATCH ARRIVED_AT_PICKUP',
    ]);
    expect(problems).toEqual([]);
  });

  test('told again as soon as a connect shows that it is missing', async () => {
    const { dispatch, said } = dispatchWith(({ method }) =>
      method === 'GET' ? refusal(404, 'not_found') : OK,
    );
    dispatch.report({ type: 'assigned', ride });
    dispatch.report(status('ENROUTE_TO_PICKUP'));
    await settled();
    dispatch.compare([]);
    await settled();
    expect(said().map(({ method }) => method)).toEqual(['POST', 'PATCH', 'GET', 'POST', 'PATCH']);
  });

  test('a change that was made although its answer was lost is no problem; another refusal is', async () => {
    const answers = [OK, refusal(409, 'invalid_transition', 2), refusal(409, 'invalid_transition', 1)];
    const { dispatch, problems } = dispatchWith(() => answers.shift());
    dispatch.report({ type: 'assigned', ride });
    dispatch.report(status('ENROUTE_TO_PICKUP'));
    await settled();
    expect(problems).toEqual([]);
    dispatch.report(status('ARRIVED_AT_PICKUP'));
    await settled();
    expect(problems).toEqual(['A node refused to change a trip: 409 invalid_transition because']);
  });

  test('a trip that others ended is told no more', async () => {
    const { dispatch, calls } = dispatchWith(() => OK);
    dispatch.report({ type: 'assigned', ride });
    dispatch.abandon();
    dispatch.report(status('ENROUTE_TO_PICKUP'));
    await settled();
    expect(calls.map(({ method }) => method)).toEqual(['POST']);
  });
});

test('a ride that an operator has ordered is the trip that is there: it is changed, with the route of each leg, never made', async () => {
  const { dispatch, said } = dispatchWith(() => OK);
  const ordered = { ...ride, tripId: 'ordered' };
  dispatch.report({ type: 'assigned', ride: ordered });
  expect(dispatch.tripId).toBe('ordered');
  dispatch.report({ ...status('ENROUTE_TO_PICKUP'), ride: ordered, secondsLeft: 60 });
  dispatch.report({ ...status('COMPLETE'), ride: ordered });
  await settled();
  expect(said()).toEqual([
    {
      method: 'PATCH',
      path: '/v1/trips/ordered',
      body: { status: 'ENROUTE_TO_PICKUP', eta: 1_060_000, route: encodeRoute(ride.toPickup.route) },
    },
    { method: 'PATCH', path: '/v1/trips/ordered', body: { status: 'COMPLETE' } },
  ]);
});

test('trips that an earlier run left behind are canceled; ours, ended ones and orders are not', async () => {
  const { dispatch, said } = dispatchWith(() => OK);
  const ordered = { ...ride, tripId: 'taken-up' };
  dispatch.report({ type: 'assigned', ride: ordered });
  const trips = [
    { id: 'ordered', status: 'NEW' },
    { id: 'taken-up', status: 'ENROUTE_TO_PICKUP' },
    { id: 'before-sim-1-1-8', status: 'NEW', simulated: true },
    { id: 'before-sim-1-1-7', status: 'ENROUTE_TO_DROPOFF' },
    { id: 'before-sim-1-1-6', status: 'COMPLETE' },
    { id: 'run-sim-1-1-1', status: 'ENROUTE_TO_PICKUP' },
  ] as Trip[];
  dispatch.compare(trips);
  await settled();
  expect(said()).toEqual([
    { method: 'PATCH', path: '/v1/trips/before-sim-1-1-8', body: { status: 'CANCELED' } },
    { method: 'PATCH', path: '/v1/trips/before-sim-1-1-7', body: { status: 'CANCELED' } },
  ]);
});

describe('leaving', () => {
  test('cancels the trip under way', async () => {
    const { dispatch, said } = dispatchWith(() => OK);
    dispatch.report({ type: 'assigned', ride });
    await dispatch.close(60_000);
    expect(said().at(-1)).toEqual({
      method: 'PATCH',
      path: '/v1/trips/run-sim-1-1-1',
      body: { status: 'CANCELED' },
    });
  });

  test('waits no longer than it was told to, for a node that does not answer', async () => {
    const { dispatch, clock, calls } = dispatchWith(() => new Promise(() => {}));
    dispatch.report({ type: 'assigned', ride });
    let left = false;
    const leaving = dispatch.close(3_000).then(() => {
      left = true;
    });
    await clock.pass(2_999);
    expect(left).toBe(false);
    await clock.pass(1);
    await leaving;
    expect(calls.map(({ method }) => method)).toEqual(['POST']);
  });

  test('without a trip says nothing', async () => {
    const { dispatch, calls } = dispatchWith(() => OK);
    await dispatch.close(60_000);
    expect(calls).toEqual([]);
  });
});
