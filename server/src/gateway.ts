import { randomBytes } from 'node:crypto';
import type { FleetNode, TripId, VehicleId } from '@tripcast/protocol';
import { CLOSE } from '@tripcast/protocol';
import type { Logger } from 'pino';
import type { Tokens } from './auth/tokens.ts';
import type { Backend } from './backend.ts';
import { NODE_ANNOUNCE_EVERY_MS } from './bus/node-registry.ts';
import { type SteadyClock, settingOf, stepSince } from './clock.ts';
import type { Config } from './config/config.ts';
import { FLEET_TICK_MS, Fleet } from './fleet/fleet.ts';
import { NodePulse } from './fleet/node-pulse.ts';
import { Allowances } from './limits/allowances.ts';
import { Arrivals } from './limits/arrivals.ts';
import { ByteBudget } from './limits/byte-budget.ts';
import { socketsThatFit } from './limits/open-files.ts';
import { LoopRest } from './loop-rest.ts';
import { Files } from './metrics/files.ts';
import { createMetrics } from './metrics/metrics.ts';
import { holdsToken } from './rest/authentication.ts';
import { bridgeHttp } from './rest/bridge.ts';
import { createRestApp } from './rest/rest-app.ts';
import { readStaticFiles } from './rest/static-files.ts';
import { drain } from './sockets/drain.ts';
import { serveDrivers } from './sockets/drive-socket.ts';
import { serveOperators } from './sockets/fleet-socket.ts';
import { serveFollowers } from './sockets/follow-socket.ts';
import { SmallTalk } from './sockets/incoming.ts';
import { createApp, listen } from './sockets/listen.ts';
import { Rebalance } from './sockets/rebalance.ts';
import { Rooms } from './sockets/rooms.ts';
import { SentAway } from './sockets/sent-away.ts';
import { Service } from './sockets/service.ts';
import { createUncorked } from './sockets/uncorked.ts';
import { createTripService } from './trips/trip-service.ts';

/** A node that serves. */
export interface Gateway {
  port: number;
  /** Where this node alone listens: another one than `port` when that is shared. */
  ownPort: number;
  /** Leaves politely: refuses what is new, closes sockets over the drain window, then stops. May be called twice. */
  close(): Promise<void>;
}

const TICK_MS = 500;
/** What falls due for one of many sockets is looked at in so many steps: a few at a time, ms. */
const STEP_MS = 50;
const ABANDONED_EVERY_MS = 600_000;
/** The machine under the node is looked at this often, ms. */
const LOOK_AROUND_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 60_000;

/** Builds a node from its parts and listens. @throws Error when it can't listen */
export async function startGateway(parts: {
  config: Config;
  backend: Backend;
  tokens: Tokens;
  clock: SteadyClock;
  log: Logger;
  random: () => number;
}): Promise<Gateway> {
  const { config, backend, tokens, clock, log, random } = parts;
  const { limits } = config;
  const node = config.nodeId;
  let draining = false;
  let clockSetting = settingOf(clock);
  const isDraining = () => draining;

  const metrics = createMetrics({
    isAvailable: () => backend.unavailableBecause() === undefined,
    isDraining,
    isOutOfFiles: () => files.areOut,
    followedTrips: () => rooms.size,
    fleetCells: () => fleet.picture.cellCount,
    followersBehind: () => rooms.behind,
    fixesWaiting: () => drivers.waitingFixes(),
    unsentBytes: (role) => sockets[role].unsentBytes(),
    arrivals: () => arrivals,
    backend: backend.figures,
  });
  const arrivals = new Arrivals({
    clock,
    limits: { ...limits, socketsPerNode: socketsThatFit(limits.socketsPerNode, log) },
    limitsPrivate: config.limitsPrivate,
    onLimit: metrics.limited,
  });
  const files = new Files();
  const rooms = new Rooms({ backend, clock, metrics, bufferBytes: limits.followerBufferBytes });
  const rates = new Allowances<VehicleId>(clock, {
    perSecond: limits.fixesPerSecond,
    burst: limits.fixBurst,
  });
  const trackPages = new Allowances<string>(clock, {
    perSecond: limits.trackPagesPerSecond,
    burst: limits.trackPageBurst,
  });
  const pulse = new NodePulse();
  const handshakes = { underWay: 0 };
  const loopRest = new LoopRest(
    config.gatherMs,
    () => metrics.rested(),
    () => handshakes.underWay,
    metrics.fixesMoved,
  );
  const fleet = new Fleet({ node, backend, clock, figures: nodeFigures });
  const trips = createTripService({
    backend,
    clock,
    log,
    makeTripId: () => randomBytes(9).toString('hex') as TripId, // base64url may begin with "-", as an option does
  });

  const app = createApp(config.tls);
  const service = new Service();
  const uncorked = createUncorked(app);
  const sentAway = new SentAway(clock);
  const { origins, proxyHops } = config;
  const door = { tokens, origins, isDraining, arrivals, proxyHops, uncorked, handshakes, log };
  const smallTalk = new SmallTalk(
    clock,
    { perSecond: limits.messagesPerSecond, burst: limits.messageBurst },
    () => metrics.limited('socket_messages'),
  );
  const common = { door, clock, metrics, smallTalk, limits };
  const followers = serveFollowers(app, { ...common, rooms, sentAway });
  const drivers = serveDrivers(app, {
    ...common,
    backend,
    node,
    rates,
    random,
    sentAway,
    fleet: fleet.source,
  });
  const rebalance = new Rebalance({ node, nodes: backend.nodes, kinds: [followers, drivers], sentAway, log });
  const operators = serveOperators(app, { ...common, service, fleet, node });
  const sockets = { driver: drivers, rider: followers, operator: operators };
  const site = readStaticFiles(config.siteDir, config.tiles.url);
  const rest = createRestApp({
    config,
    backend,
    tokens,
    trips,
    clock,
    log,
    mayReadPage(reader) {
      const mayRead = trackPages.take(reader);
      if (!mayRead) metrics.limited('track_pages');
      return mayRead;
    },
    site,
    isDraining,
    unfitBecause: () =>
      draining ? 'the node is draining' : files.areOut ? 'the process can open no more files' : undefined,
    metrics: metrics.text,
  });
  bridgeHttp(app, {
    fetch: (request) => rest.fetch(request),
    scheme: config.tls ? 'https' : 'http',
    bodyBytes: limits.bodyBytes,
    bodies: new ByteBudget(limits.bodyBytesPerNode, () => metrics.limited('node_bodies')),
    answers: new ByteBudget(limits.answerBytesPerNode, () => metrics.limited('node_answers')),
    isCaller: (authorization) => holdsToken(authorization, tokens),
    arrivals,
    proxyHops,
    log,
  });

  await announce();
  const own = await listen(app, config.host, config.ownPort ?? config.port);
  await uncorked.open(config.host, own.port, config.tls !== undefined);
  const shared =
    config.ownPort === undefined
      ? undefined
      : await listen(app, config.host, config.port, { isShared: true });
  const timers = [
    setInterval(() => {
      rooms.tick();
      drivers.tick();
      drivers.acknowledge();
    }, STEP_MS),
    setInterval(() => {
      void rebalance.tick();
      if (service.changed(backend.unavailableBecause() === undefined)) operators.serviceChanged();
    }, TICK_MS),
    setInterval(() => operators.tick(), FLEET_TICK_MS),
    setInterval(() => {
      rates.sweep();
      trackPages.sweep();
      arrivals.sweep();
    }, SWEEP_EVERY_MS),
    setInterval(lookAround, LOOK_AROUND_EVERY_MS),
    setInterval(() => void announce().then(lookAtOthers), NODE_ANNOUNCE_EVERY_MS),
    setInterval(() => void cancelAbandoned(), ABANDONED_EVERY_MS * (0.5 + random())),
  ];

  function lookAround(): void {
    if (files.look()) {
      if (files.areOut) log.warn({}, 'out of files: no connection can be taken');
      else log.info({}, 'files can be opened again');
    }
    const stepMs = stepSince(clockSetting, clock);
    if (stepMs === 0) return;
    clockSetting = settingOf(clock);
    metrics.clockStepped();
    log.warn({ stepMs }, "this machine's clock was set");
  }

  /** One that fails is not missed: what can't be read now is read in 3 s. */
  async function lookAtOthers(): Promise<void> {
    if (!draining && config.rebalances) await rebalance.look().catch(() => {});
  }

  /** An announcement that fails is not missed: while the backend is away nobody can read it either. */
  async function announce(): Promise<void> {
    const full = files.areOut || arrivals.isFull;
    const load = { followers: followers.size(), drivers: drivers.size(), draining, full };
    await backend.nodes.announce(node, load).catch(() => {});
  }

  /** As operators are told, each 2 s. */
  function nodeFigures(): FleetNode {
    return {
      id: node,
      drivers: drivers.size(),
      followers: followers.size(),
      operators: operators.size(),
      ...pulse.take(metrics.fixesSoFar()),
      draining,
    };
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
    rebalance.stop();
    await announce();
    await drain([followers, drivers, operators], CLOSE.restarting, config.drainMs);
    await drivers.farewells();
    for (const timer of timers) clearInterval(timer);
    pulse.close();
    loopRest.close();
    shared?.stop();
    own.stop();
    uncorked.close();
    await backend.nodes.withdraw(node).catch(() => {}); // its silence tells the same a little later
    await backend.close();
    app.close();
    log.info({}, 'stopped');
  }

  let leaving: Promise<void> | undefined;
  return {
    port: (shared ?? own).port,
    ownPort: own.port,
    close() {
      leaving ??= leave();
      return leaving;
    },
  };
}
