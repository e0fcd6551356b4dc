import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** What a node counts. Labels are few and known: never an id, a token or a place. */
export interface Metrics {
  socketOpened(role: 'driver' | 'rider'): void;
  socketClosed(role: 'driver' | 'rider', code: number): void;
  handshakeRefused(code: string): void;
  fixesReceived(count: number): void;
  fixesStored(count: number): void;
  fixRefused(code: string): void;
  /** @param count fixes × followers */
  fixesDelivered(count: number): void;
  followerFellBehind(): void;
  /** The text that Prometheus scrapes, and its content type. */
  text(): Promise<{ body: string; contentType: string }>;
}

/** @param state what is read at each scrape */
export function createMetrics(state: {
  isAvailable(): boolean;
  isDraining(): boolean;
  followedTrips(): number;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const connections = new Gauge({
    name: 'tripcast_connections',
    help: 'Open sockets',
    labelNames: ['role'],
    registers,
  });
  const closes = new Counter({
    name: 'tripcast_closes_total',
    help: 'Closed sockets by close code',
    labelNames: ['role', 'code'],
    registers,
  });
  const refusedHandshakes = counter('tripcast_handshakes_refused_total', 'Refused handshakes by problem', [
    'code',
  ]);
  const received = counter('tripcast_fixes_received_total', 'Well-formed fixes that drivers sent');
  const stored = counter('tripcast_fixes_stored_total', 'Fixes stored in at least one trip');
  const refused = counter('tripcast_fixes_refused_total', 'Refused fixes by reason', ['code']);
  const delivered = counter(
    'tripcast_fixes_delivered_total',
    'Live fixes times the followers they were sent to',
  );
  const behind = counter(
    'tripcast_followers_fell_behind_total',
    'Followers whose buffer was full: they read the track',
  );
  gauge('tripcast_backend_up', 'Whether trips can be kept and published now', () =>
    Number(state.isAvailable()),
  );
  gauge('tripcast_draining', 'Whether the node is going away', () => Number(state.isDraining()));
  gauge('tripcast_followed_trips', 'Trips with followers on this node', () => state.followedTrips());

  function counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers });
  }

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  return {
    socketOpened: (role) => connections.inc({ role }),
    socketClosed(role, code) {
      connections.dec({ role });
      closes.inc({ role, code });
    },
    handshakeRefused: (code) => refusedHandshakes.inc({ code }),
    fixesReceived: (count) => received.inc(count),
    fixesStored: (count) => stored.inc(count),
    fixRefused: (code) => refused.inc({ code }),
    fixesDelivered: (count) => delivered.inc(count),
    followerFellBehind: () => behind.inc(),
    async text() {
      return { body: await registry.metrics(), contentType: registry.contentType };
    },
  };
}
