import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LIMITS } from '@tripcast/protocol';
import { ConfigError } from '../../src/config/config-error.ts';
import { describeConfig } from '../../src/config/describe-config.ts';
import { readConfig, tileOrigin } from '../../src/config/read-config.ts';

const SURROUNDINGS = { root: '/srv/tripcast', nodeName: 'node', start: '1' };
const SECRET = 'a-secret-of-at-least-thirty-two-bytes';

const read = (env: Record<string, string>) => readConfig(env, SURROUNDINGS);

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('what is said to others', () => {
  const PUBLIC = { HOST: '0.0.0.0', TRIPCAST_JWT_SECRET: SECRET };
  const noTls = expect.stringMatching(/^NO TLS: tokens and positions cross the network in the clear/);

  test('without TLS on an address that others reach is warned of, loudly', () => {
    expect(read(PUBLIC).warnings).toEqual([noTls]);
  });

  test('is not warned of on loopback, nor behind a proxy', () => {
    expect(read({ TRIPCAST_JWT_SECRET: SECRET }).warnings).toEqual([]);
    expect(read({ ...PUBLIC, TRIPCAST_TRUSTED_PROXY_HOPS: '1' }).warnings).toEqual([]);
  });
});

test('limits of an address hold for private addresses when one of them is set', () => {
  expect(read({}).limitsPrivate).toBe(false);
  expect(read({ TRIPCAST_LIMIT_SOCKETS_PER_NODE: '10' }).limitsPrivate).toBe(false);
  expect(read({ TRIPCAST_LIMIT_ADDRESS_TRY_BURST: '10' })).toMatchObject({
    limitsPrivate: true,
    limits: { addressTryBurst: 10 },
  });
});

test('limits that both ends share can be changed only in the direction that breaks nobody', () => {
  expect(problemsOf({ TRIPCAST_LIMIT_MESSAGE_BYTES: '1279' })).toHaveLength(1);
  expect(problemsOf({ TRIPCAST_LIMIT_FIX_BEHIND_MS: String(LIMITS.fixBehindMs + 1) })).toHaveLength(1);
});

describe('an empty environment', () => {
  test('makes a lone node that only this machine can reach, with a secret of its own', () => {
    const config = read({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      redisUrl: undefined,
      auth: {
        secret: undefined,
        otherSecret: undefined,
        jwksUrl: undefined,
        secretFile: '/srv/tripcast/.tripcast/secret',
      },
      origins: [],
      prefix: '',
      tls: undefined,
      demo: 'off',
      siteDir: '/srv/tripcast/rider-web/site',
      nodeId: 'node-1',
      logLevel: 'info',
      drainMs: 10_000,
      rebalances: false,
      limits: LIMITS,
      warnings: [],
    });
  });

  test('sends nobody elsewhere without a balancer in front that could take them there, unless it is told to', () => {
    const rebalances = (env: Record<string, string>) => read(env).rebalances;
    expect(rebalances({ TRIPCAST_TRUSTED_PROXY_HOPS: '1' })).toBe(true);
    expect(rebalances({ TRIPCAST_TRUSTED_PROXY_HOPS: '1', TRIPCAST_REBALANCE: 'off' })).toBe(false);
    expect(rebalances({ TRIPCAST_REBALANCE: 'on' })).toBe(true);
  });

  test('and one whose values are blank are the same', () => {
    expect(read({ HOST: '', PORT: ' ', REDIS_URL: '', TRIPCAST_DEMO: '' })).toEqual(read({}));
  });

  test.each([{}, { TRIPCAST_NODE: 'gateway' }])(
    '[P4] gives each start of a node an id of its own: %j',
    (env) => {
      expect(readConfig(env).nodeId).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
      expect(readConfig(env).nodeId).not.toBe(readConfig(env).nodeId);
    },
  );
});

test('a configuration is frozen to its depth', () => {
  const config = read({});
  expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  expect(() => Object.assign(config.limits, { fixBurst: 1 })).toThrow(TypeError);
});

test('every variable is read', () => {
  expect(
    read({
      HOST: '0.0.0.0',
      PORT: '0',
      REDIS_URL: 'rediss://user:pass@redis.example:6380/2',
      TRIPCAST_JWT_SECRET: SECRET,
      TRIPCAST_JWKS_URL: 'https://id.example/keys',
      TRIPCAST_ORIGINS: 'https://a.example, http://localhost:5173',
      TRIPCAST_PREFIX: 'staging:',
      TRIPCAST_DEMO: 'public',
      TILE_URL: 'https://{s}.tile.example/{z}/{x}/{y}.png',
      TILE_ATTRIBUTION: '© somebody',
      TRIPCAST_SITE_DIR: '/pages',
      TRIPCAST_NODE: 'a',
      LOG_LEVEL: 'debug',
      TRIPCAST_DRAIN_MS: '0',
      TRIPCAST_REBALANCE: 'off',
      TRIPCAST_LIMIT_FIXES_PER_SECOND: '20',
      TRIPCAST_LIMIT_FOLLOWERS_PER_TRIP: '5',
    }),
  ).toMatchObject({
    host: '0.0.0.0',
    port: 0,
    redisUrl: 'rediss://user:pass@redis.example:6380/2',
    auth: {
      secret: SECRET,
      otherSecret: undefined,
      jwksUrl: 'https://id.example/keys',
      secretFile: undefined,
    },
    origins: ['https://a.example', 'http://localhost:5173'],
    prefix: 'staging:',
    demo: 'public',
    tiles: { url: 'https://{s}.tile.example/{z}/{x}/{y}.png', attribution: '© somebody' },
    siteDir: '/pages',
    nodeId: 'a-1',
    logLevel: 'debug',
    drainMs: 0,
    rebalances: false,
    limits: { ...LIMITS, fixesPerSecond: 20, followersPerTrip: 5 },
  });
});

test.each([
  ['PORT', 'abc'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '80.5'],
  ['REDIS_URL', 'localhost:6379'],
  ['REDIS_URL', 'http://localhost'],
  ['REDIS_URL', 'redis+sentinel://a,b,c'],
  ['REDIS_CA_FILE', '/nowhere/ca.pem'],
  ['TRIPCAST_JWKS_URL', 'file:///etc/keys'],
  ['TRIPCAST_ORIGINS', '*'],
  ['TRIPCAST_ORIGINS', 'https://a.example/'],
  ['TRIPCAST_ORIGINS', 'a.example'],
  ['TRIPCAST_PREFIX', '{slot}'],
  ['TRIPCAST_DEMO', 'yes'],
  ['TILE_URL', 'https://tile.example/map.png'],
  ['TILE_URL', 'javascript:{z}{x}{y}'],
  ['TRIPCAST_NODE', 'a b'],
  ['LOG_LEVEL', 'loud'],
  ['TRIPCAST_DRAIN_MS', '10s'],
  ['TRIPCAST_REBALANCE', 'no'],
  ['TRIPCAST_LIMIT_FIXES_PER_SECOND', '0'],
  ['TRIPCAST_LIMIT_TRACK_FIXES', '1e3'],
  ['TLS_CERT_FILE', '/nowhere/cert.pem'],
])('%s=%s is a problem that names the variable', (name, value) => {
  const problems = problemsOf({ [name]: value });
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(problem).toContain(name);
});

test('one error names every bad variable', () => {
  const problems = problemsOf({ PORT: 'x', LOG_LEVEL: 'x', TRIPCAST_NODE: '?', TRIPCAST_DRAIN_MS: 'x' });
  expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
    'LOG_LEVEL',
    'PORT',
    'TRIPCAST_DRAIN_MS',
    'TRIPCAST_NODE',
  ]);
});

test('a short secret is refused where others can connect, and warned of on loopback', () => {
  const short = { TRIPCAST_JWT_SECRET: 'short' };
  expect(problemsOf({ ...short, HOST: '0.0.0.0' })).toEqual([expect.stringContaining('TRIPCAST_JWT_SECRET')]);
  expect(readConfig(short, SURROUNDINGS).warnings).toEqual([expect.stringContaining('TRIPCAST_JWT_SECRET')]);
});

test('a second secret stands beside the one that signs, and is as long', () => {
  const two = { TRIPCAST_JWT_SECRET: SECRET, TRIPCAST_JWT_SECRET_2: `${SECRET}, the next one` };
  expect(readConfig(two, SURROUNDINGS).auth).toMatchObject({
    secret: SECRET,
    otherSecret: `${SECRET}, the next one`,
  });
  const problem = [expect.stringContaining('TRIPCAST_JWT_SECRET_2')];
  expect(problemsOf({ ...two, HOST: '0.0.0.0', TRIPCAST_JWT_SECRET_2: 'short' })).toEqual(problem);
  expect(problemsOf({ TRIPCAST_JWT_SECRET_2: SECRET })).toEqual(problem);
});

test.each([
  ['http://id.example/keys', ['TRIPCAST_JWKS_URL']],
  ['https://id.example/keys', []],
  ['http://localhost:8080/keys', []],
  ['http://[::1]/keys', []],
])('keys from %s: warns of %j', (url, warned) => {
  expect(readConfig({ TRIPCAST_JWKS_URL: url }, SURROUNDINGS).warnings).toEqual(
    warned.map((name) => expect.stringContaining(name)),
  );
});

test('a node that others can reach needs a secret or a key set from outside', () => {
  expect(problemsOf({ HOST: '0.0.0.0' })).toEqual([expect.stringContaining('TRIPCAST_JWT_SECRET')]);
  expect(problemsOf({ HOST: '0.0.0.0', TRIPCAST_JWT_SECRET: SECRET })).toEqual([]);
  expect(problemsOf({ HOST: '0.0.0.0', TRIPCAST_JWKS_URL: 'https://id.example/keys' })).toEqual([]);
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1'])
    expect(problemsOf({ HOST: host })).toEqual([]);
});

test('demo tokens are given to this machine only, unless they are said to be public', () => {
  const reachable = { HOST: '0.0.0.0', TRIPCAST_JWT_SECRET: SECRET };
  expect(read({ TRIPCAST_DEMO: '1' }).demo).toBe('loopback');
  expect(problemsOf({ ...reachable, TRIPCAST_DEMO: '1' })).toEqual([
    expect.stringContaining('TRIPCAST_DEMO'),
  ]);
  expect(read({ ...reachable, TRIPCAST_DEMO: 'public' }).demo).toBe('public');
});

test('an unknown TRIPCAST_ variable is named, and stops nothing', () => {
  expect(read({ TRIPCAST_ORIGIN: 'https://a.example' }).warnings).toEqual([
    expect.stringContaining('TRIPCAST_ORIGIN'),
  ]);
});

describe('TLS', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tripcast-'));
    writeFileSync(join(folder, 'pem'), 'x');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('needs both files, readable', () => {
    const pem = join(folder, 'pem');
    expect(read({ TLS_CERT_FILE: pem, TLS_KEY_FILE: pem }).tls).toEqual({ certFile: pem, keyFile: pem });
    expect(problemsOf({ TLS_CERT_FILE: pem })).toEqual([expect.stringContaining('TLS_KEY_FILE')]);
    expect(problemsOf({ TLS_CERT_FILE: pem, TLS_KEY_FILE: `${pem}-gone` })).toEqual([
      expect.stringContaining('TLS_KEY_FILE'),
    ]);
  });
});

test('what is printed of a configuration holds no secret', () => {
  const text = JSON.stringify(
    describeConfig(
      read({
        REDIS_URL: 'redis://user:hunter2@redis.example:6379?password=hunter2',
        TRIPCAST_JWT_SECRET: SECRET,
        TRIPCAST_JWT_SECRET_2: `hunter2 ${SECRET}`,
        TRIPCAST_JWKS_URL: 'https://u:hunter2@id.example/keys?key=hunter2',
      }),
    ),
  );
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain(SECRET);
  expect(text).toContain('redis.example');
  expect(text).toContain('8080');
});

test('a configuration names Redis servers without their password, however many they are', () => {
  const urlOf = (url: string) => describeConfig(read({ REDIS_URL: url })).REDIS_URL;
  expect(urlOf('rediss+cluster://gate:hunter2@a:7000,b:7001')).toBe(
    'rediss+cluster://gate:hidden@a:7000,b:7001',
  );
  expect(urlOf('redis+sentinel://a,b/city?sentinelUser=s&sentinelPassword=hunter2')).not.toContain('hunter2');
});

test('authorities for a Redis without TLS look like a mistake', () => {
  const { warnings } = read({ REDIS_URL: 'redis://a', REDIS_CA_FILE: import.meta.filename });
  expect(warnings).toEqual([expect.stringContaining('REDIS_CA_FILE')]);
});

test('a password with a percent sign can be hidden, too', () => {
  expect(describeConfig(read({ REDIS_URL: 'redis://:100%@redis.example/2' })).REDIS_URL).toBe(
    'redis://:hidden@redis.example/2',
  );
});

test.each([
  ['https://tile.example/{z}/{x}/{y}.png', 'https://tile.example'],
  ['http://localhost:8081/{z}/{x}/{y}.png?key=1', 'http://localhost:8081'],
  ['https://{s}.tile.example/{z}/{x}/{y}.png', 'https://*.tile.example'],
  ["https://tile.example' *; script-src *//{z}/{x}/{y}", undefined],
  ['/tiles/{z}/{x}/{y}.png', undefined],
])('tiles of %s come from %s', (template, origin) => {
  expect(tileOrigin(template)).toBe(origin);
});
