import type { FleetNode, FoundVehicle } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../backend.ts';
import type { SteadyClock } from '../clock.ts';
import type { Cell } from './cells.ts';
import {
  FLEET_CHANNEL,
  type FleetQuestion,
  fleetChannelOf,
  INTEREST_EVERY_MS,
  readFleetAnswer,
  readFleetQuestion,
} from './fleet-note.ts';
import { FleetPicture } from './fleet-picture.ts';
import { readReports } from './fleet-report.ts';
import { FleetSource } from './fleet-source.ts';
import type { FleetViewer } from './fleet-viewer.ts';

/** Who has asked for vehicles, and how to tell. */
interface Asking {
  viewer: FleetViewer;
  tell(vehicles: FoundVehicle[]): void;
}

/** Call `tick` so often, ms. */
export const FLEET_TICK_MS = 250;
/** Operators are shown what has changed this often, ms. */
const SHOW_EVERY_MS = 500;
/** Everything that is looked at is asked for afresh so often, ms: what a lost message costs at the most. */
const AFRESH_EVERY_MS = 15_000;

/** This node's part in showing the fleet: tells others of its own drivers, and its operators of all. */
export class Fleet {
  readonly source: FleetSource;
  readonly picture: FleetPicture;
  readonly #node: string;
  readonly #backend: Backend;
  readonly #clock: SteadyClock;
  readonly #viewers = new Set<FleetViewer>();
  /** Viewers that have moved since they were last shown something. */
  readonly #moved = new Set<FleetViewer>();
  readonly #asking = new Map<number, Asking>();
  #nextAsk = 1;
  #hears = false;
  #isSubscribing = false;
  #saidAt = Number.NEGATIVE_INFINITY;
  #freshAt = Number.NEGATIVE_INFINITY;
  #shownAt = Number.NEGATIVE_INFINITY;
  #wantedSummaries = false;

  constructor(options: { node: string; backend: Backend; clock: SteadyClock; figures: () => FleetNode }) {
    const { node, backend, clock } = options;
    this.#node = node;
    this.#backend = backend;
    this.#clock = clock;
    this.source = new FleetSource(options);
    this.picture = new FleetPicture({ node, store: backend, clock });
    backend.bus.onResubscribed(() => {
      this.picture.forgiveSilence();
      this.source.forgetAudiences();
      this.#freshAt = Number.NEGATIVE_INFINITY;
    });
  }

  join(viewer: FleetViewer): void {
    this.#viewers.add(viewer);
  }

  leave(viewer: FleetViewer): void {
    this.#viewers.delete(viewer);
    this.#moved.delete(viewer);
    this.#stopAsking(viewer);
  }

  /** The viewer looks elsewhere now. */
  moved(viewer: FleetViewer): void {
    this.#moved.add(viewer);
  }

  /** Asks all nodes; each that has some tells. Ends what the same viewer has asked before. */
  find(viewer: FleetViewer, text: string, tell: (vehicles: FoundVehicle[]) => void): void {
    this.#stopAsking(viewer);
    const ask = this.#nextAsk++;
    this.#asking.set(ask, { viewer, tell });
    this.#ask({ type: 'find', node: this.#node, ask, text });
  }

  /** What falls due with time. Call it each `FLEET_TICK_MS`. */
  tick(): void {
    if (!this.#hears && !this.#isSubscribing) void this.#subscribe();
    this.source.tick();
    this.picture.tick();
    this.#sayInterest();
    this.#show();
  }

  async #subscribe(): Promise<void> {
    this.#isSubscribing = true;
    const { bus } = this.#backend;
    try {
      await bus.subscribe(fleetChannelOf(this.#node), { hear: (message) => this.#hearAnswer(message) });
      await bus.subscribe(FLEET_CHANNEL, {
        hear: (message) => {
          const question = readFleetQuestion(message);
          if (question) this.source.hear(question);
        },
      });
      this.#hears = true;
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      // the next tick tries again
    }
    this.#isSubscribing = false;
  }

  #hearAnswer(message: Uint8Array): void {
    const told = readReports(message);
    if (told) {
      this.picture.hearVehicles(told.node, told.reports);
      return;
    }
    const answer = readFleetAnswer(message);
    if (answer?.type === 'node') this.picture.hearNode(answer);
    if (answer?.type === 'found') this.#asking.get(answer.ask)?.tell(answer.vehicles);
  }

  /** Tells all nodes what is looked at here: when that changes, and again and again. */
  #sayInterest(): void {
    for (const viewer of this.#viewers) viewer.aim();
    const cells = new Set<Cell>();
    for (const viewer of this.#viewers) for (const cell of viewer.cells) cells.add(cell);
    const added = this.picture.lookAt(cells);
    if (this.#viewers.size === 0 || !this.#hears) return;
    const now = this.#clock.monotonic();
    const summaries = [...this.#viewers].some((viewer) => viewer.needsSummaries);
    const needsFresh = now - this.#freshAt >= AFRESH_EVERY_MS;
    const hasNews = needsFresh || added.length > 0 || (summaries && !this.#wantedSummaries);
    if (!hasNews && now - this.#saidAt < INTEREST_EVERY_MS) return;
    this.#saidAt = now;
    if (needsFresh) this.#freshAt = now;
    this.#wantedSummaries = summaries;
    const all = [...cells];
    this.#ask({ type: 'interest', node: this.#node, cells: all, fresh: needsFresh ? all : added, summaries });
  }

  #show(): void {
    const now = this.#clock.monotonic();
    const isDue = now - this.#shownAt >= SHOW_EVERY_MS;
    if (isDue) this.#shownAt = now;
    for (const viewer of isDue ? this.#viewers : this.#moved) viewer.show();
    this.#moved.clear();
  }

  #ask(question: FleetQuestion): void {
    this.#backend.bus.publish(FLEET_CHANNEL, JSON.stringify(question)).catch((error: unknown) => {
      if (!(error instanceof BackendUnavailable)) throw error;
      this.#freshAt = Number.NEGATIVE_INFINITY; // nobody has heard what was new in it
    });
  }

  #stopAsking(viewer: FleetViewer): void {
    for (const [ask, asking] of this.#asking) if (asking.viewer === viewer) this.#asking.delete(ask);
  }
}
