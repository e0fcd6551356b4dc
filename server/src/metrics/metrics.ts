import type { ProblemCode, RefusalCode, TripId } from '@tripcast/protocol';
import { CLOSE, REFUSAL } from '@tripcast/protocol';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { LIMIT_NAMES, type LimitName } from '../limits/arrivals.ts';
import type { BackendFigures, ServerFigures } from './backend-figures.ts';
import { Counter, Counters, type Family, Histogram, type Sample, writeFamilies } from './measures.ts';
import { PublishTimes } from './publish-times.ts';

export type SocketRole = 'driver' | 'rider' | 'operator';

/** How a node found out that a vehicle's driver has connected elsewhere: by the note, by a refused write, or by looking. */
const TAKEOVER_NOTICES = ['note', 'refused', 'reread'] as const;
export type TakeoverNotice = (typeof TAKEOVER_NOTICES)[number];

/** What a node counts. Labels are few and known: never an id, a token or a place. */
export interface Metrics {
  socketOpened(role: SocketRole): void;
  socketClosed(role: SocketRole, code: number): void;
  handshakeRefused(code: string): void;
  /** Somebody met one of the node's limits. */
  limited(limit: LimitName): void;

  fixesReceived(count: number): void;
  /** All that were received since the start. */
  fixesSoFar(): number;
  /** Those that were received, and those that live followers were sent, since the start. */
  fixesMoved(): number;
  fixesStored(count: number): void;
  fixRefused(code: RefusalCode): void;
  /** An ack was sent. @param delayMs since the oldest fix came that it covers */
  acknowledged(delayMs: number): void;
  takenOver(notice: TakeoverNotice): void;
  /** A trip's fixes up to `time` are given to the store. */
  publishing(trip: TripId, time: number): void;

  /** Live followers were sent one message of `fixes` fixes, the newest of `time`. */
  fixesDelivered(trip: TripId, time: number, fixes: number, followers: number, ageMs: number): void;
  /** A follower's buffer was full: of a live message it has got the first `sent`; from there on it reads the track. */
  followerFellBehind(sent: number, dropped: number): void;
  /** A follower was sent fixes from the track. @param madeGood it had fallen behind */
  fixesRead(count: number, madeGood: boolean): void;
  /** A follower that came back with `since` is live, after so many fixes from the track. */
  resumed(gapFixes: number): void;
  /** A live message did not follow on the last one: the track is read. */
  holeFound(): void;

  /** The node's clock was set. */
  clockStepped(): void;
  /** The event loop has rested, to gather what comes. */
  rested(): void;

  /** The text that Prometheus scrapes. */
  text(): Promise<string>;
}

/** How often the event loop's lag is looked at, ms: each look wakes the loop, which costs more than the look. */
export const LAG_RESOLUTION_MS = 50;

/** What is read at each scrape. */
export interface NodeState {
  isAvailable(): boolean;
  isDraining(): boolean;
  isOutOfFiles(): boolean;
  followedTrips(): number;
  /** Cells of the map that operators here look at. */
  fleetCells(): number;
  /** Open sockets and handshakes under way; addresses and vehicles that are remembered for a limit. */
  arrivals(): { present: number; remembered: number };
  followersBehind(): number;
  /** Fixes that were accepted and are not settled. */
  fixesWaiting(): number;
  /** What the sockets of a role have not sent yet, in this process, bytes. */
  unsentBytes(role: SocketRole): number;
  backend: BackendFigures;
}

const ROLES: readonly SocketRole[] = ['driver', 'rider', 'operator'];
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const AGE_SECONDS = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 600, 3_600];
const GAP_FIXES = [0, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 43_200];
/** A client may close with any code it likes: those that nobody here speaks of count as one. */
const KNOWN_CLOSES = new Set([1000, 1001, 1005, 1006, 1009, ...Object.values(CLOSE).map(({ code }) => code)]);
const HANDSHAKE_REFUSALS = [
  'invalid_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'trip_ended',
  'too_many_requests',
  'unavailable',
] as const satisfies readonly ProblemCode[];

/** @param state what is read at each scrape */
export function createMetrics(state: NodeState): Metrics {
  const process = new Registry();
  collectDefaultMetrics({ register: process, eventLoopMonitoringPrecision: LAG_RESOLUTION_MS });

  const open = { driver: 0, rider: 0, operator: 0 };
  const opened = new Counters({ role: ROLES });
  const closed = new Counters({ role: ROLES, code: [...KNOWN_CLOSES, 'other'] });
  const refusedHandshakes = new Counters({ code: HANDSHAKE_REFUSALS });
  const limits = new Counters({ limit: LIMIT_NAMES });
  const received = new Counter();
  const stored = new Counter();
  const refused = new Counters({ code: Object.keys(REFUSAL) });
  const ackDelay = new Histogram(SECONDS);
  const takeovers = new Counters({ notice: TAKEOVER_NOTICES });
  const live = new Counter();
  const read = new Counter();
  const dropped = new Counter();
  const madeGood = new Counter();
  const fellBehind = new Counter();
  const gaps = new Histogram(GAP_FIXES);
  const holes = new Counter();
  const age = new Histogram(AGE_SECONDS);
  const publishToDeliver = new Histogram(SECONDS);
  const publishTimes = new PublishTimes();
  const clockSteps = new Counter();
  const rests = new Counter();

  const { backend } = state;
  const servers = (value: (server: ServerFigures) => number) => (): Sample[] =>
    backend.servers().map((server) => ({ labels: { server: server.name }, value: value(server) }));
  const byRole = (value: (role: SocketRole) => number) => (): Sample[] =>
    ROLES.map((role) => ({ labels: { role }, value: value(role) }));

  const families: Family[] = [
    gauge(
      'connections',
      'Open sockets',
      byRole((role) => open[role]),
    ),
    counter('connections_opened_total', 'Sockets opened', opened),
    counter('closes_total', 'Sockets closed, by close code', closed),
    counter('handshakes_refused_total', 'Refused handshakes, by problem', refusedHandshakes),
    gauge(
      'sockets',
      'Open sockets and handshakes under way',
      one(() => state.arrivals().present),
    ),
    gauge(
      'limited_keys',
      'Addresses and vehicles that are remembered for a limit',
      one(() => state.arrivals().remembered),
    ),
    counter('limits_met_total', "Times that somebody met one of the node's limits", limits),
    gauge('socket_unsent_bytes', 'Waiting in sockets, in this process', byRole(state.unsentBytes)),

    counter('fixes_received_total', 'Fixes in well-formed messages of drivers', received),
    counter('fixes_stored_total', 'Fixes newly stored in at least one trip', stored),
    counter('fixes_refused_total', 'Refused fixes, by reason', refused),
    gauge('fixes_waiting', 'Accepted fixes that are not settled yet', one(state.fixesWaiting)),
    histogram(
      'ack_delay_seconds',
      'From the oldest fix that an ack covers to the ack; one for each ack',
      ackDelay,
    ),
    counter(
      'takeovers_total',
      'Drivers here whose vehicle connected elsewhere, by how that was noticed',
      takeovers,
    ),

    gauge('followed_trips', 'Trips with followers on this node', one(state.followedTrips)),
    gauge('fleet_cells', 'Cells of the map that operators on this node look at', one(state.fleetCells)),
    counter('fixes_delivered_total', 'Fixes times followers, live or from the track', {
      samples: () => [
        { labels: { from: 'live' }, value: live.value },
        { labels: { from: 'track' }, value: read.value },
      ],
    }),
    counter('fixes_dropped_total', 'Live fixes times followers whose buffer was full', dropped),
    counter(
      'fixes_made_good_total',
      'Fixes from the track, times followers that had fallen behind',
      madeGood,
    ),
    counter(
      'followers_fell_behind_total',
      'Times that a follower had to be put to reading the track',
      fellBehind,
    ),
    gauge('followers_behind', 'Followers that read the track now', one(state.followersBehind)),
    histogram(
      'resume_gap_fixes',
      'What a follower that came back with since was sent before it was live',
      gaps,
    ),
    counter('holes_found_total', 'Live messages that did not follow on the last: the track was read', holes),
    histogram('fix_age_at_delivery_seconds', 'Of the newest fix of a live message, for each follower', age),
    histogram(
      'publish_to_deliver_seconds',
      'From giving fixes to the store to having sent them, of trips driven and followed on this node; of one message in 16',
      publishToDeliver,
    ),

    gauge('backend_up', 'Whether trips can be kept and published now', flag(state.isAvailable)),
    gauge(
      'redis_up',
      'Whether all is well with a master',
      servers(({ isUp }) => Number(isUp)),
    ),
    gauge(
      'redis_replicas',
      'Replicas that a master says it has',
      servers(({ replicas }) => replicas),
    ),
    gauge(
      'redis_unconfirmed_seconds',
      'How long writes have waited for a replica',
      servers(({ unconfirmedMs }) => unconfirmedMs / 1000),
    ),
    gauge(
      'redis_clock_offset_seconds',
      "This node's clock less the master's",
      servers(({ clockOffsetMs }) => clockOffsetMs / 1000),
    ),
    histogram(
      'canary_delay_seconds',
      'From publishing a canary in Redis to hearing it',
      backend.canaryDelays,
    ),
    counter(
      'canaries_missed_total',
      'Canaries that were not heard before the next was due',
      backend.canariesMissed,
    ),
    counter(
      'subscribers_rebuilt_total',
      'Subscriber connections that looked alive and were given up',
      backend.subscribersRebuilt,
    ),
    counter(
      'resubscriptions_total',
      'Times that all subscriptions flowed again after some had not',
      backend.resubscriptions,
    ),

    gauge('draining', 'Whether the node is going away', flag(state.isDraining)),
    gauge('out_of_files', 'Whether the process can open no more files or sockets', flag(state.isOutOfFiles)),
    counter('loop_rests_total', 'Times that the busy event loop rested to gather what comes', rests),
    counter('clock_steps_total', "Times that this machine's clock was set by more than 2 s", clockSteps),
  ];

  return {
    socketOpened(role) {
      open[role]++;
      opened.add([role]);
    },
    socketClosed(role, code) {
      open[role]--;
      closed.add([role, KNOWN_CLOSES.has(code) ? code : 'other']);
    },
    handshakeRefused: (code) => refusedHandshakes.add([code]),
    limited: (limit) => limits.add([limit]),

    fixesReceived: (count) => received.add(count),
    fixesSoFar: () => received.value,
    fixesMoved: () => received.value + live.value,
    fixesStored: (count) => stored.add(count),
    fixRefused: (code) => refused.add([code]),
    acknowledged: (delayMs) => ackDelay.observe(delayMs / 1000),
    takenOver: (notice) => takeovers.add([notice]),
    publishing: (trip, time) => publishTimes.began(trip, time, performance.now()),

    fixesDelivered(trip, time, fixes, followers, ageMs) {
      live.add(fixes * followers);
      if (followers === 0) return;
      age.observe(ageMs / 1000, followers);
      const tookMs = publishTimes.sinceBegan(trip, time, performance.now());
      if (tookMs !== undefined) publishToDeliver.observe(tookMs / 1000);
    },
    followerFellBehind(sent, missed) {
      fellBehind.add();
      live.add(sent);
      dropped.add(missed);
    },
    fixesRead(count, isMadeGood) {
      read.add(count);
      if (isMadeGood) madeGood.add(count);
    },
    resumed: (gapFixes) => gaps.observe(gapFixes),
    holeFound: () => holes.add(),

    clockStepped: () => clockSteps.add(),
    rested: () => rests.add(),

    text: async () => writeFamilies(families) + (await process.metrics()),
  };
}

type Source = Pick<Family, 'samples'>;

function counter(name: string, help: string, source: Source): Family {
  return { name: `tripcast_${name}`, type: 'counter', help, samples: () => source.samples() };
}

function histogram(name: string, help: string, source: Source): Family {
  return { name: `tripcast_${name}`, type: 'histogram', help, samples: () => source.samples() };
}

function gauge(name: string, help: string, samples: () => Sample[]): Family {
  return { name: `tripcast_${name}`, type: 'gauge', help, samples };
}

function one(value: () => number): () => Sample[] {
  return () => [{ value: value() }];
}

function flag(value: () => boolean): () => Sample[] {
  return () => [{ value: Number(value()) }];
}
