// The vehicles in view, outside React: the map reads each car in every frame, a screen subscribes to what it counts.

import {
  type ConnectionState,
  type Fix,
  type FleetCluster,
  type FleetFollowEvent,
  type FleetFollowing,
  type FleetNode,
  type FleetTrip,
  type FleetVehicle,
  type FleetView,
  type FoundVehicle,
  followFleet,
  type Platform,
  type Problem,
} from '@tripcast/client';
import type { RouteArc } from '../glide/index.ts';
import { type CarMotion, moveOn } from './car-motion.ts';
import {
  PROBLEMS,
  type ProblemKind,
  problemsOf,
  type VehicleProblem,
  type Watch,
  watchOn,
} from './problems.ts';
import {
  FRESHNESSES,
  type Freshness,
  freshnessOf,
  stateOf,
  VEHICLE_STATES,
  type VehicleState,
} from './vehicle-state.ts';

/** A vehicle in view. */
export interface FleetCar {
  about: FleetVehicle;
  /** Absent for the moment between its announcement and its position. */
  fix: Fix | undefined;
  motion: CarMotion | undefined;
  watch: Watch | undefined;
  state: VehicleState;
  /** As of the last look, once a second. */
  freshness: Freshness;
  problems: VehicleProblem[];
  isShown: boolean;
}

/** What the map shows of all. */
export interface FleetFilter {
  states: ReadonlySet<VehicleState>;
  freshnesses: ReadonlySet<Freshness>;
  /** Which problems are looked for: the list has these alone. */
  problems: ReadonlySet<ProblemKind>;
  /** Vehicles without one of them are hidden. */
  problemsOnly: boolean;
}

export interface FleetFacts {
  connection: ConnectionState;
  problem: Problem | undefined;
  /** Whether the node hears of the fleet. */
  isServed: boolean;
  /** While we hear nothing: the moment that is shown, by the server's clock, ms. */
  asOf: number | undefined;
  /** The one that we are connected to. */
  node: string | undefined;
  online: number;
  inView: number;
  /** Those in view that have a trip. */
  onTrip: number;
  /** How many are drawn, after the filter. */
  shown: number;
  byState: Readonly<Record<VehicleState, number>>;
  byFreshness: Readonly<Record<Freshness, number>>;
  byProblem: Readonly<Record<ProblemKind, number>>;
  /** Problems that are looked for, the oldest first; of very many the oldest alone. */
  troubled: readonly { car: FleetCar; problem: VehicleProblem }[];
  /** How many there are. */
  troubles: number;
  nodes: readonly FleetNode[];
  isFar: boolean;
  filter: FleetFilter;
  found: { text: string; vehicles: readonly FoundVehicle[] } | undefined;
}

const LOOK_EVERY_MS = 1_000;
const MOST_TROUBLED = 200;
/** While we hear the fleet, its counts come so often and a little more, ms: later than that nobody is judged by silence. */
const HEARD_EVERY_MS = 4_000;
/** Routes that are remembered for vehicles out of view. */
const MOST_ROUTES = 5_000;
/** After silence every vehicle's position is new by then, at an unwatched driver's pace, ms. */
const ALL_HEARD_MS = 7_000;
export const WHOLE_FLEET: FleetFilter = {
  states: new Set(VEHICLE_STATES),
  freshnesses: new Set(FRESHNESSES),
  problems: new Set(PROBLEMS),
  problemsOnly: false,
};

export class FleetStore {
  readonly #following: FleetFollowing;
  readonly #clock: Platform['clock'];
  readonly #cars = new Map<number, FleetCar>();
  readonly #byId = new Map<string, FleetCar>();
  readonly #listeners = new Set<() => void>();
  /** By `routeKey`; `undefined` for a trip that has none. */
  readonly #routes = new Map<string, RouteArc | undefined>();
  #clusters: readonly FleetCluster[] | undefined;
  #clockOffsetMs = 0;
  /** By the server's clock, ms. */
  #lastHeardAt = Number.NEGATIVE_INFINITY;
  /** Since when we hear again, ms by this device's clock. */
  #hearsSince = Number.NEGATIVE_INFINITY;
  #facts: FleetFacts;
  #tick: unknown;

  constructor(options: {
    url: string;
    token: string;
    platform?: Partial<Platform>;
    follow?: typeof followFleet;
  }) {
    const { url, token, platform, follow = followFleet } = options;
    this.#clock = platform?.clock ?? {
      now: () => Date.now(),
      setTimeout: (callback, ms) => setTimeout(callback, ms),
      clearTimeout: (timer) => clearTimeout(timer as number),
    };
    this.#facts = {
      connection: 'connecting',
      problem: undefined,
      isServed: true,
      asOf: undefined,
      node: undefined,
      online: 0,
      inView: 0,
      onTrip: 0,
      shown: 0,
      byState: zeros(VEHICLE_STATES),
      byFreshness: zeros(FRESHNESSES),
      byProblem: zeros(PROBLEMS),
      troubled: [],
      troubles: 0,
      nodes: [],
      isFar: false,
      filter: WHOLE_FLEET,
      found: undefined,
    };
    this.#following = follow({ url, token, ...(platform && { platform }) });
    this.#following.subscribe((event) => this.#hear(event));
    this.#schedule();
  }

  /** For `useSyncExternalStore`; returns how to stop listening. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly facts = (): FleetFacts => this.#facts;

  /** All in view, filtered or not. */
  get cars(): Iterable<FleetCar> {
    return this.#cars.values();
  }

  /** Instead of cars, where they are too many and too far away. */
  get clusters(): readonly FleetCluster[] | undefined {
    return this.#clusters;
  }

  /** How many of them there are. */
  get carCount(): number {
    return this.#cars.size;
  }

  car(id: string): FleetCar | undefined {
    return this.#byId.get(id);
  }

  /** The server's time, ms. */
  serverNow(): number {
    return this.#clock.now() + this.#clockOffsetMs;
  }

  /** The moment that is shown, by the server's clock, ms: now, unless nothing is heard. */
  get shownAt(): number {
    return this.#facts.asOf ?? Math.min(this.serverNow(), this.#lastHeardAt + HEARD_EVERY_MS);
  }

  look(view: FleetView): void {
    this.#following.look(view);
  }

  find(text: string): void {
    this.#change({ found: text === '' ? undefined : { text, vehicles: [] } });
    if (text !== '') this.#following.find(text);
  }

  filter(filter: FleetFilter): void {
    this.#change({ filter });
    this.#lookAround();
  }

  /** The planned way of a trip, so that who leaves it is found; `undefined` when it has none. */
  learnRoute(trip: Pick<FleetTrip, 'id' | 'status'>, route: RouteArc | undefined): void {
    this.#routes.set(routeKey(trip), route);
  }

  /** Those in view that are under way and whose route is not known. */
  tripsWithoutRoute(most: number): string[] {
    const missing: string[] = [];
    for (const { about } of this.#cars.values()) {
      if (missing.length === most) break;
      const { trip } = about;
      if (trip?.status.startsWith('ENROUTE') && !this.#routes.has(routeKey(trip))) missing.push(trip.id);
    }
    return missing;
  }

  /** May be called twice. */
  close(): void {
    this.#following.close();
    this.#clock.clearTimeout(this.#tick);
    this.#listeners.clear();
  }

  #hear(event: FleetFollowEvent): void {
    if (event.type !== 'connection') this.#lastHeardAt = this.serverNow();
    switch (event.type) {
      case 'connection':
        this.#change({ connection: event.connection, problem: event.problem });
        if (event.connection !== 'live') this.#hearNothing();
        else if (this.#facts.isServed) this.#hearAgain();
        return;
      case 'hello':
        this.#forgetAll();
        this.#clusters = undefined;
        this.#hearAgain();
        this.#change({ node: event.node, isServed: true, isFar: false });
        return;
      case 'vehicles':
        if (this.#clusters) this.#change({ isFar: false });
        this.#clusters = undefined;
        for (const vehicle of event.vehicles) this.#announce(vehicle);
        return;
      case 'positions':
        for (const { handle, fix } of event.positions) this.#place(handle, fix);
        return;
      case 'left':
        for (const handle of event.handles) this.#forget(handle);
        return;
      case 'clusters':
        this.#forgetAll();
        this.#clusters = event.clusters;
        if (!this.#facts.isFar) this.#change({ isFar: true });
        return;
      case 'counts':
        this.#change({ online: event.online, inView: event.inView });
        return;
      case 'nodes':
        this.#change({ nodes: [...event.nodes].sort((a, b) => a.id.localeCompare(b.id)) });
        return;
      case 'found':
        if (this.#facts.found?.text !== event.text) return;
        this.#change({
          found: { text: event.text, vehicles: [...this.#facts.found.vehicles, ...event.vehicles] },
        });
        return;
      case 'service':
        this.#change({ isServed: event.available });
        if (event.available) this.#hearsSince = this.#clock.now();
        else this.#hearNothing();
        return;
      case 'clock':
        this.#clockOffsetMs = event.offsetMs;
        return;
      default:
        event satisfies never;
    }
  }

  /** Vehicles are shown as they are now, until we hear again: that we hear nothing is no fault of theirs. */
  #hearNothing(): void {
    this.#hearsSince = Number.POSITIVE_INFINITY;
    if (this.#facts.asOf === undefined && this.#facts.node !== undefined) {
      this.#change({ asOf: this.#lastHeardAt });
    }
  }

  /** All comes anew; or nothing was missed, the device having been wrong about its network. */
  #hearAgain(): void {
    this.#hearsSince = Number.NEGATIVE_INFINITY;
    this.#change({ asOf: undefined });
  }

  #announce(about: FleetVehicle): void {
    const known = this.#cars.get(about.handle);
    if (known) {
      known.about = about;
      known.state = stateOf(about);
      return;
    }
    const car: FleetCar = {
      about,
      fix: undefined,
      motion: undefined,
      watch: undefined,
      state: stateOf(about),
      freshness: 'live',
      problems: [],
      isShown: false,
    };
    this.#cars.set(about.handle, car);
    this.#byId.set(about.id, car);
  }

  #place(handle: number, fix: Fix): void {
    const car = this.#cars.get(handle);
    if (!car) return;
    car.motion = moveOn(car.motion, car.fix, fix, this.#clock.now());
    car.watch = watchOn(car.watch, car.fix, fix);
    const isFirst = car.fix === undefined;
    car.fix = fix;
    if (isFirst) this.#judge(car, this.shownAt);
  }

  #forget(handle: number): void {
    const car = this.#cars.get(handle);
    if (!car) return;
    this.#cars.delete(handle);
    if (this.#byId.get(car.about.id) === car) this.#byId.delete(car.about.id);
  }

  #forgetAll(): void {
    this.#cars.clear();
    this.#byId.clear();
  }

  #schedule(): void {
    this.#tick = this.#clock.setTimeout(() => {
      this.#lookAround();
      this.#schedule();
    }, LOOK_EVERY_MS);
  }

  /** Once a second everything is counted anew: positions grow old by themselves. */
  #lookAround(): void {
    if (this.#facts.asOf !== undefined && this.#clock.now() - this.#hearsSince >= ALL_HEARD_MS) {
      this.#change({ asOf: undefined });
    }
    const now = this.shownAt;
    const { problems: wanted } = this.#facts.filter;
    const byState = zeros(VEHICLE_STATES);
    const byFreshness = zeros(FRESHNESSES);
    const byProblem = zeros(PROBLEMS);
    const troubled: { car: FleetCar; problem: VehicleProblem }[] = [];
    let [shown, onTrip] = [0, 0];
    for (const car of this.#cars.values()) {
      this.#judge(car, now);
      byState[car.state]++;
      byFreshness[car.freshness]++;
      if (car.about.trip) onTrip++;
      for (const problem of car.problems) {
        byProblem[problem.kind]++;
        if (wanted.has(problem.kind)) troubled.push({ car, problem });
      }
      if (car.isShown) shown++;
    }
    for (const cluster of this.#clusters ?? []) onTrip += cluster.onTrip;
    troubled.sort((a, b) => a.problem.since - b.problem.since);
    this.#forgetRoutes();
    this.#change({
      byState,
      byFreshness,
      byProblem,
      troubled: troubled.slice(0, MOST_TROUBLED),
      troubles: troubled.length,
      shown,
      onTrip,
    });
  }

  /** Those of trips that are no longer in view, once there are many. */
  #forgetRoutes(): void {
    if (this.#routes.size <= MOST_ROUTES + this.#cars.size) return;
    const current = new Set(
      Array.from(this.#cars.values(), ({ about }) => about.trip && routeKey(about.trip)),
    );
    for (const key of this.#routes.keys()) if (!current.has(key)) this.#routes.delete(key);
  }

  #judge(car: FleetCar, now: number): void {
    if (!car.fix || !car.watch) return;
    const { about, fix, watch } = car;
    const { states, freshnesses, problems: wanted, problemsOnly } = this.#facts.filter;
    car.freshness = freshnessOf(about, now - fix.time);
    car.problems = problemsOf(about, fix, watch, about.trip && this.#routes.get(routeKey(about.trip)), now);
    car.isShown =
      states.has(car.state) &&
      freshnesses.has(car.freshness) &&
      (!problemsOnly || car.problems.some(({ kind }) => wanted.has(kind)));
  }

  #change(facts: Partial<FleetFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A trip's way to its pickup is another than the one from there. */
function routeKey({ id, status }: Pick<FleetTrip, 'id' | 'status'>): string {
  return `${id} ${status}`;
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
