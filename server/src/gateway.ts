import { randomBytes } from 'node:crypto';
import type { TripId } from '@tripcast/protocol';
import { CLOSE } from '@tripcast/protocol';
import type { Logger } from 'pino';
import type { Tokens } from './auth/tokens.ts';
import type { Backend } from './backend.ts';
import { NODE_ANNOUNCE_EVERY_MS } from './bus/node-registry.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import { ACKNOWLEDGE_EVERY_MS } from './live/driven-vehicle.ts';
import { FixRates } from './live/fix-rate.ts';
import { createMetrics } from './metrics/metrics.ts';
import { bridgeHttp } from './rest/bridge.ts';
import { createRestApp } from './rest/rest-app.ts';
import { readStaticFiles } from './rest/static-files.ts';
import { drain } from './sockets/drain.ts';
import { serveDrivers } from './sockets/drive-socket.ts';
import { serveFollowers } from './sockets/follow-socket.ts';
import { createApp, listen } from './sockets/listen.ts';
import { Rooms } from './sockets/rooms.ts';
import { Service } from './sockets/service.ts';
import { createUncorked } from './sockets/uncorked.ts';
import { createTripService } from './trips/trip-service.ts';

/** A node that serves. */
export interface Gateway {
  port: number;
  /** Leaves politely: refuses what is new, closes sockets over the drain window, then stops. May be called twice. */
  close(): Promise<void>;
}

const TICK_MS = 500;
const ABANDONED_EVERY_MS = 600_000;
const RATE_SWEEP_EVERY_MS = 60_000;

/** Builds a node from its parts and listens. @throws Error when it can't listen */
export async function startGateway(parts: {
  config: Config;
  backend: Backend;
  tokens: Tokens;
  clock: Clock;
  log: Logger;
  random: () => number;
}): Promise<Gateway> {
  const { config, backend, tokens, clock, log, random } = parts;
  const { limits } = config;
  const node = config.nodeId;
  let draining = false;
  const isDraining = () => draining;

  const metrics = createMetrics({
    isAvailable: () => backend.unavailableBecause() === undefined,
    isDraining,
    followedTrips: () => rooms.size,
  });
  const rooms = new Rooms({ backend, clock, metrics, bufferBytes: limits.followerBufferBytes });
  const rates = new FixRates(clock, limits);
  const trips = createTripService({
    backend,
    clock,
    log,
    makeTripId: () => randomBytes(9).toString('hex') as TripId, // base64url may begin with "-", as an option does
  });

  const app = createApp(config.tls);
  const service = new Service();
  const uncorked = createUncorked(app);
  const door = { tokens, origins: config.origins, isDraining, uncorked, log };
  const followers = serveFollowers(app, { door, service, rooms, clock, metrics, limits });
  const drivers = serveDrivers(app, { door, service, backend, node, clock, metrics, rates, random });
  const site = readStaticFiles(config.siteDir, config.tiles.url);
  const rest = createRestApp({
    config,
    backend,
    tokens,
    trips,
    clock,
    log,
    site,
    isDraining,
    metrics: async () => (await metrics.text()).body,
  });
  bridgeHttp(app, {
    fetch: (request) => rest.fetch(request),
    scheme: config.tls ? 'https' : 'http',
    bodyBytes: limits.bodyBytes,
    log,
  });

  await announce();
  const listening = await listen(app, config.host, config.port);
  await uncorked.open(config.host, listening.port, config.tls !== undefined);
  const timers = [
    setInterval(() => {
      rooms.tick();
      drivers.tick();
      if (service.changed(backend.unavailableBecause() === undefined)) {
        followers.serviceChanged();
        drivers.serviceChanged();
      }
    }, TICK_MS),
    setInterval(() => drivers.acknowledge(), ACKNOWLEDGE_EVERY_MS),
    setInterval(() => rates.sweep(), RATE_SWEEP_EVERY_MS),
    setInterval(() => void announce(), NODE_ANNOUNCE_EVERY_MS),
    setInterval(() => void cancelAbandoned(), ABANDONED_EVERY_MS * (0.5 + random())),
  ];

  /** An announcement that fails is not missed: while the backend is away nobody can read it either. */
  async function announce(): Promise<void> {
    const load = { followers: followers.size(), drivers: drivers.size(), draining };
    await backend.nodes.announce(node, load).catch(() => {});
  }

  async function cancelAbandoned(): Promise<void> {
    try {
      const canceled = await trips.cancelAbandoned();
      if (canceled.length > 0) log.info({ trips: canceled.length }, 'abandoned trips canceled');
    } catch (error) {
      log.warn({ err: error }, 'abandoned trips could not be looked for; another try comes');
    }
  }

  async function leave(): Promise<void> {
    draining = true;
    log.info({ followers: followers.size(), drivers: drivers.size() }, 'draining');
    await announce();
    await drain([followers, drivers], CLOSE.restarting, config.drainMs);
    await drivers.farewells();
    for (const timer of timers) clearInterval(timer);
    listening.stop();
    uncorked.close();
    await backend.nodes.withdraw(node).catch(() => {}); // its silence tells the same a little later
    await backend.close();
    app.close();
    log.info({}, 'stopped');
  }

  let leaving: Promise<void> | undefined;
  return {
    port: listening.port,
    close() {
      leaving ??= leave();
      return leaving;
    },
  };
}
