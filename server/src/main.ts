// Wires a node from the environment: config, build, listen, drain.

import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { pino } from 'pino';
import { outsideKeys } from './auth/outside-keys.ts';
import { readOrMakeSecret } from './auth/secret-file.ts';
import { createTokens } from './auth/tokens.ts';
import type { Backend } from './backend.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { describeConfig } from './config/describe-config.ts';
import { readConfig } from './config/read-config.ts';
import { startGateway } from './gateway.ts';
import { createMemoryBackend } from './memory/memory-backend.ts';
import { createRedisBackend } from './redis/redis-backend.ts';

/** What it sends to a process that has forked it, when it serves. */
export const READY = 'ready';

/** How long leaving may take beside the drain window, ms: whoever told it to will kill it some time later. */
const LEAVES_WITHIN_MS = 10_000;

/** Runs a node until it is told to go. Exits the process: 0 after a drain, 1 when it could not start. */
export async function main(): Promise<void> {
  keepHeapSmall();
  const config = readConfigOrExit();
  const log = pino({ level: config.logLevel, base: { node: config.nodeId } });
  log.info({ config: describeConfig(config) }, 'config');
  for (const warning of config.warnings) log.warn(warning);
  if (config.demo !== 'off') {
    log.warn('DEMO MODE: this node gives the rider tokens of simulated trips to everybody who asks');
  }

  try {
    const backend = await createBackend(config, log);
    const { secretFile, secret, otherSecret, jwksUrl } = config.auth;
    const secrets = [secretFile ? readOrMakeSecret(secretFile) : secret, otherSecret];
    const tokens = createTokens({
      secrets: secrets.filter((one) => one !== undefined),
      outsideKeys: jwksUrl === undefined ? undefined : outsideKeys({ url: jwksUrl, clock: systemClock, log }),
      clock: systemClock,
    });
    const gateway = await startGateway({
      config,
      backend,
      tokens,
      clock: systemClock,
      log,
      random: Math.random,
    });
    const leave = (code: number) => {
      const exit = (why: unknown) => {
        log.fatal({ err: why }, 'could not leave politely');
        process.exit(1);
      };
      const withinMs = config.drainMs + LEAVES_WITHIN_MS;
      setTimeout(() => exit(new Error(`it takes longer than ${withinMs} ms`)), withinMs).unref();
      gateway.close().then(() => process.exit(code), exit);
    };
    const stop = (signal: NodeJS.Signals) => {
      log.info({ signal }, 'told to stop');
      leave(0);
    };
    // A mistake of ours in one place must not take ten thousand sockets elsewhere with it.
    process.on('unhandledRejection', (error) =>
      log.error({ err: error }, 'a mistake of ours; the node goes on'),
    );
    process.on('uncaughtException', (error) => {
      log.fatal({ err: error }, 'a mistake of ours; the node leaves politely');
      leave(1);
    });
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);

    const scheme = config.tls ? 'https' : 'http';
    const url = `${scheme}://${config.host}:${gateway.port}`;
    const isShared = gateway.ownPort !== gateway.port;
    log.info({ url, ...(isShared && { ownPort: gateway.ownPort }), backend: backend.kind }, 'ready');
    process.send?.(READY);
  } catch (error) {
    log.fatal({ err: error }, error instanceof Error ? error.message : 'could not start');
    process.exit(1);
  }
}

/**
 * What a node makes is a socket's state, which stays, or garbage within milliseconds. Let grow, V8's young generation takes
 * 32 MiB for it, half of what ten thousand riders take, and its pauses grow with it. What of that garbage has got old is looked
 * for when the heap has grown by a fifth: V8's own measure lets there be twice as much of it as of sockets' state.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
}

function readConfigOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

async function createBackend(config: Config, log: pino.Logger): Promise<Backend> {
  if (config.redisUrl === undefined) {
    return createMemoryBackend({ clock: systemClock, limits: config.limits });
  }
  return createRedisBackend({
    url: config.redisUrl,
    ca: config.redisCaFile && readFileSync(config.redisCaFile, 'utf8'),
    prefix: config.prefix,
    node: config.nodeId,
    limits: config.limits,
    log,
  });
}
