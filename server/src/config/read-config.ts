// The environment, read once. Every default, unit and range is in this file.

import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ID_PATTERN, LIMITS } from '@tripcast/protocol';
import { NODE_LIMITS } from '../limits/node-limits.ts';
import { parseRedisUrl } from '../redis/redis-url.ts';
import type { Config, Limits } from './config.ts';
import { LOG_LEVELS } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { Environment } from './variables.ts';
import { Variables } from './variables.ts';

/** What is not in the environment but decides defaults. */
export interface Surroundings {
  /** Holds `.tripcast/secret` and the built pages: the project's root. */
  root: string;
  /** The node's name when it is given none. */
  nodeName: string;
  /** Of this start: a node that is started again under the same name is another one, whose drivers are others. */
  start: string;
}

/** HS256 keys shorter than the hash are weak (RFC 7518 §3.2). */
const SECRET_BYTES = 32;
const HOUR_MS = 3_600_000;

const DEFAULT_LIMITS: Limits = { ...LIMITS, ...NODE_LIMITS };

/** Which limits may be changed, and between what. The others both ends must agree on. */
const LIMIT_RANGES = {
  fixAheadMs: [1_000, 600_000],
  fixBehindMs: [60_000, LIMITS.fixBehindMs], // a vehicle's trips are remembered no longer
  fixesPerSecond: [1, 1_000],
  fixBurst: [64, 1_000_000],
  messageBytes: [LIMITS.messageBytes, 65_536],
  followerBufferBytes: [256, 1_048_576],
  trackFixes: [100, 1_000_000],
  keptAfterEndMs: [HOUR_MS, 30 * 24 * HOUR_MS],
  bodyBytes: [4_096, 1_048_576],
  followersPerTrip: [1, 1_000_000],
  socketsPerNode: [1, 10_000_000],
  socketsPerAddress: [1, 10_000_000],
  addressTriesPerSecond: [1, 1_000_000],
  addressTryBurst: [1, 1_000_000],
  addressCallsPerSecond: [1, 1_000_000],
  addressCallBurst: [1, 1_000_000],
  trackPagesPerSecond: [1, 1_000_000],
  trackPageBurst: [1, 1_000_000],
  vehicleTriesPerSecond: [1, 1_000],
  vehicleTryBurst: [1, 100_000],
  bodyBytesPerNode: [65_536, 17_179_869_184],
  answerBytesPerNode: [1_048_576, 17_179_869_184],
  messagesPerSecond: [1, 1_000_000],
  messageBurst: [1, 1_000_000],
} as const satisfies Partial<Record<keyof Limits, readonly [number, number]>>;

const LIMITS_OF_ADDRESS = [
  'socketsPerAddress',
  'addressTriesPerSecond',
  'addressTryBurst',
  'addressCallsPerSecond',
  'addressCallBurst',
] as const;

/** @throws ConfigError naming every bad variable at once */
export function readConfig(
  env: Environment,
  surroundings: Surroundings = { root: projectRoot(), nodeName: nodeName(), start: freshStart() },
): Config {
  const variables = new Variables(env);
  const host = variables.text('HOST') ?? '127.0.0.1';
  const secret = readSecret(variables, 'TRIPCAST_JWT_SECRET', isLoopback(host));
  const otherSecret = readSecret(variables, 'TRIPCAST_JWT_SECRET_2', isLoopback(host));
  if (otherSecret !== undefined && secret === undefined) {
    variables.problem('TRIPCAST_JWT_SECRET_2: only beside TRIPCAST_JWT_SECRET, which signs');
  }
  const jwksUrl = readJwksUrl(variables);
  const ownSecret = !variables.isSet('TRIPCAST_JWT_SECRET') && !variables.isSet('TRIPCAST_JWKS_URL');
  if (ownSecret && !isLoopback(host)) {
    variables.problem(
      `TRIPCAST_JWT_SECRET: must be set (at least ${SECRET_BYTES} bytes), or TRIPCAST_JWKS_URL, when HOST is not a loopback address: ${host}`,
    );
  }

  const tls = readTls(variables);
  const proxyHops = variables.integer('TRIPCAST_TRUSTED_PROXY_HOPS', 0, 0, 10);
  if (!tls && proxyHops === 0 && !isLoopback(host)) {
    variables.warn(
      `NO TLS: tokens and positions cross the network in the clear, and HOST is ${host}. Set TLS_CERT_FILE and TLS_KEY_FILE, or put a proxy with TLS in front and set TRIPCAST_TRUSTED_PROXY_HOPS`,
    );
  }

  const config: Config = {
    host,
    port: variables.integer('PORT', 8080, 0, 65_535),
    ownPort: variables.isSet('TRIPCAST_OWN_PORT')
      ? variables.integer('TRIPCAST_OWN_PORT', 0, 0, 65_535)
      : undefined,
    redisUrl: readRedisUrl(variables),
    redisCaFile: readRedisCaFile(variables),
    auth: {
      secret,
      otherSecret,
      jwksUrl,
      secretFile: ownSecret ? join(surroundings.root, '.tripcast', 'secret') : undefined,
    },
    origins: readOrigins(variables),
    prefix: variables.matching('TRIPCAST_PREFIX', /^[\w:.-]{1,64}$/, '1 to 64 of A-Z a-z 0-9 _ : . -') ?? '',
    tls,
    demo: readDemo(variables, host),
    tiles: { url: readTileUrl(variables), attribution: variables.text('TILE_ATTRIBUTION') },
    siteDir: variables.text('TRIPCAST_SITE_DIR') ?? join(surroundings.root, 'rider-web', 'site'),
    nodeId: [
      variables.matching('TRIPCAST_NODE', ID_PATTERN, '1 to 64 of A-Z a-z 0-9 _ -') ?? surroundings.nodeName,
      surroundings.start,
    ].join('-'),
    logLevel: variables.oneOf('LOG_LEVEL', LOG_LEVELS) ?? 'info',
    drainMs: variables.integer('TRIPCAST_DRAIN_MS', 10_000, 0, 600_000),
    rebalances:
      (variables.oneOf('TRIPCAST_REBALANCE', ['on', 'off']) ?? (proxyHops > 0 ? 'on' : 'off')) === 'on',
    gatherMs: variables.integer('TRIPCAST_GATHER_MS', 10, 0, 50),
    limits: readLimits(variables),
    limitsPrivate: LIMITS_OF_ADDRESS.some((limit) => variables.isSet(limitVariable(limit))),
    proxyHops,
    warnings: [
      ...variables.warnings,
      ...variables.unknown('TRIPCAST_').map((name) => `${name}: no such variable; it is ignored`),
    ],
  };
  if (variables.problems.length > 0) throw new ConfigError(variables.problems);
  return deepFreeze(config);
}

/** Whether only this machine can connect to that address. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

function readSecret(variables: Variables, name: string, onLoopback: boolean): string | undefined {
  const secret = variables.text(name);
  if (secret !== undefined && Buffer.byteLength(secret) < SECRET_BYTES) {
    const tell = onLoopback ? 'warn' : 'problem'; // on one's own machine a toy secret will do
    variables[tell](
      `${name}: must have at least ${SECRET_BYTES} bytes, has ${Buffer.byteLength(secret)}; "openssl rand -base64 48" makes one`,
    );
  }
  return secret;
}

function readJwksUrl(variables: Variables): string | undefined {
  const text = variables.url('TRIPCAST_JWKS_URL', ['https:', 'http:']);
  const url = text === undefined ? undefined : new URL(text);
  if (url?.protocol === 'http:' && !isLoopback(url.hostname)) {
    variables.warn("TRIPCAST_JWKS_URL: keys that come without TLS can be anybody's; use https");
  }
  return text;
}

function readOrigins(variables: Variables): string[] {
  const origins = (variables.text('TRIPCAST_ORIGINS') ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  for (const origin of origins) {
    if (!/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      variables.problem(
        `TRIPCAST_ORIGINS: must be origins like "https://ride.example.com", separated by commas: "${origin}" is none`,
      );
    }
  }
  return origins;
}

/** The value is not repeated in the problem: it may hold a password. */
function readRedisUrl(variables: Variables): string | undefined {
  const url = variables.text('REDIS_URL');
  if (url === undefined || parseRedisUrl(url)) return url;
  variables.problem(
    'REDIS_URL: must be redis://[user:password@]host[:port][/database], redis+sentinel://[user:password@]host[:port],…/master-name or redis+cluster://[user:password@]host[:port],…, with rediss instead of redis for TLS',
  );
  return undefined;
}

function readRedisCaFile(variables: Variables): string | undefined {
  const file = variables.text('REDIS_CA_FILE');
  if (file === undefined) return undefined;
  if (!isReadable(file))
    variables.problem(`REDIS_CA_FILE: must be a file that this process can read: "${file}"`);
  if (!variables.text('REDIS_URL')?.startsWith('rediss')) {
    variables.warn('REDIS_CA_FILE: is not used: REDIS_URL does not begin with rediss');
  }
  return file;
}

function readTls(variables: Variables): Config['tls'] {
  const certFile = variables.text('TLS_CERT_FILE');
  const keyFile = variables.text('TLS_KEY_FILE');
  if ((certFile === undefined) !== (keyFile === undefined)) {
    variables.problem('TLS_CERT_FILE, TLS_KEY_FILE: set both, or none for plain HTTP');
  }
  for (const [name, file] of Object.entries({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile })) {
    if (file !== undefined && !isReadable(file)) {
      variables.problem(`${name}: must be a file that this process can read: "${file}"`);
    }
  }
  return certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : undefined;
}

function readDemo(variables: Variables, host: string): Config['demo'] {
  const demo = variables.oneOf('TRIPCAST_DEMO', ['1', 'public']);
  if (demo === '1' && !isLoopback(host)) {
    variables.problem(
      `TRIPCAST_DEMO: "1" gives rider tokens to whoever asks, so HOST must be a loopback address, and it is ${host}; "public" says that you mean it`,
    );
  }
  return demo === undefined ? 'off' : demo === 'public' ? 'public' : 'loopback';
}

function readTileUrl(variables: Variables): string | undefined {
  const url = variables.text('TILE_URL');
  if (url === undefined) return undefined;
  const isTemplate = ['{z}', '{x}', '{y}'].every((part) => url.includes(part));
  if (!isTemplate || tileOrigin(url) === undefined) {
    variables.problem(
      `TILE_URL: must be like "https://tile.example.com/{z}/{x}/{y}.png" (http or https): "${url}"`,
    );
  }
  return url;
}

/** Where a tile URL's images come from, as a Content-Security-Policy names it; `undefined` when it is no web address. */
export function tileOrigin(template: string): string | undefined {
  const match = /^(https?):\/\/([^/?#]+)/.exec(template);
  if (!match) return undefined;
  const [, scheme, authority] = match as unknown as [string, string, string];
  // Leaflet's `{s}` is one of several subdomains.
  const origin = `${scheme}://${authority.replace(/^\{s\}\./, '*.')}`;
  return /^https?:\/\/(\*\.)?[\w.-]+(:\d{1,5})?$/.test(origin) ? origin : undefined;
}

function readLimits(variables: Variables): Limits {
  const limits: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const [limit, [low, high]] of Object.entries(LIMIT_RANGES)) {
    limits[limit] = variables.integer(limitVariable(limit), limits[limit]!, low, high);
  }
  return limits as Limits;
}

/** `fixesPerSecond` is `TRIPCAST_LIMIT_FIXES_PER_SECOND`. */
function limitVariable(limit: string): string {
  return `TRIPCAST_LIMIT_${limit.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false; // whatever the reason, the node can't use it
  }
}

/** The folder above the server package, from `src/` and from `dist/` alike. */
export function projectRoot(): string {
  return fileURLToPath(new URL('../../..', import.meta.url));
}

function nodeName(): string {
  const host = hostname()
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 32);
  return `${host}-${process.pid}`;
}

function freshStart(): string {
  return randomBytes(4).toString('hex');
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
