// docs/access.md, cell by cell, against a node: every call and socket × every kind of token × every state of a trip.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LIMITS } from '@tripcast/protocol';
import type { Backend } from '../../server/src/backend.ts';
import { createRedisBackend } from '../../server/src/redis/redis-backend.ts';
import { RedisServer } from '../../server/test/contract/redis-server.ts';
import { AccessCalls } from '../support/access-calls.ts';
import {
  type Caller,
  type Cell,
  readAccessTable,
  type State,
  servedSockets,
} from '../support/access-table.ts';
import { deadTokens, ground, nowhere, revoked, tokenOf } from '../support/access-world.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { Contract } from '../support/openapi.ts';

let redis: RedisServer;
let node: GatewayProcess;
let backend: Backend;
let calls: AccessCalls;

beforeAll(async () => {
  redis = await RedisServer.start();
  node = await GatewayProcess.start({ REDIS_URL: redis.url, TRIPCAST_DEMO: '1' });
  const log = { info() {}, warn() {}, error() {} };
  const options = { url: redis.url, ca: undefined, prefix: '', node: 'test', limits: LIMITS, log };
  backend = await createRedisBackend(options);
  calls = new AccessCalls(node.url);
});
afterAll(async () => {
  await backend.close();
  await node.close();
  await redis.close();
});

const table = readAccessTable();

test('[P8] every call and every socket has its row', async () => {
  const contract = (await (await fetch(`${node.url}/openapi.json`)).json()) as { paths: object };
  const described = Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const there = [...described, 'GET /openapi.json', ...servedSockets().map((path) => `WS ${path}`)];
  expect([...new Set(table.map(({ method, path }) => `${method} ${path}`))].sort()).toEqual(there.sort());
});

describe.each(table.filter(({ caller }) => caller !== 'no live token').map(titled))('%s', (_title, cell) => {
  const caller = cell.caller as Exclude<Caller, 'no live token'>;

  test(`[P8] ${cell.caller}: ${inWords(cell)}`, async () => {
    const got = cell.statuses.map(async ([state]): Promise<[State, number]> => {
      if (state === "another's") {
        const own = await ground(backend, 'under way');
        const there = await calls.status(cell, await ground(backend, 'under way'), tokenOf(caller, own));
        expect([state, await calls.status(cell, nowhere(), tokenOf(caller, own))]).toEqual([state, there]);
        return [state, there];
      }
      const own = await ground(backend, state);
      return [state, await calls.status(cell, own, tokenOf(caller, own))];
    });
    expect(await Promise.all(got)).toEqual(cell.statuses);
  });
});

test.each(table.filter(({ caller }) => caller === 'no live token').map(titled))(
  '[P8] no live token: %s',
  async (_title, cell) => {
    const [wanted] = cell.statuses[0]!.slice(1);
    const got = cell.statuses.map(async ([state]) => {
      const own = await ground(backend, state);
      const dead = [...deadTokens(own), ...(state === 'not there' ? [] : await revoked(backend, own, cell))];
      const statuses = dead.map(async ([name, jwt]) => [state, name, await calls.status(cell, own, jwt)]);
      expect(await Promise.all(statuses)).toEqual(dead.map(([name]) => [state, name, wanted]));
    });
    await Promise.all(got);
  },
);

test('[R1] every answer to all of that is as /openapi.json describes it', async () => {
  const contract = await Contract.read(JSON.parse((await calls.ask('/openapi.json')).text));
  const described = calls.answers.filter(({ path }) => path !== '/openapi.json');
  expect(described.length).toBeGreaterThan(500);
  expect([...new Set(described.flatMap((answer) => contract.faultsOf(answer)))]).toEqual([]);
});

function titled(cell: Cell): [string, Cell] {
  return [`${cell.method} ${cell.path}${cell.body ? ` ${JSON.stringify(cell.body)}` : ''}`, cell];
}

function inWords({ statuses }: Cell): string {
  const distinct = new Set(statuses.map(([, status]) => status));
  if (distinct.size === 1) return String(statuses[0]![1]);
  return statuses.map(([state, status]) => `${state} ${status}`).join(', ');
}
