import { type FleetNode, fixPlace, fixTime, TIMING, type VehicleId } from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../backend.ts';
import { NODE_GONE_AFTER_MS } from '../bus/node-registry.ts';
import type { SteadyClock } from '../clock.ts';
import type { TripRecord } from '../trips/trip-store.ts';
import type { Presence } from '../trips/vehicle-store.ts';
import { type Cell, cellAt } from './cells.ts';
import type { CellSummary, FleetAnswer } from './fleet-note.ts';
import type { VehicleReport } from './fleet-report.ts';
import { factsOf, type VehicleFacts } from './vehicle-facts.ts';

/** A vehicle in a cell that is looked at, as this node knows it. */
export interface SeenVehicle {
  readonly id: VehicleId;
  session: number;
  /** Who has its driver; empty when nobody has. */
  node: string;
  online: boolean;
  /** When it became so, ms since the Unix epoch. */
  since: number;
  /** 20 bytes, another array for each fix. */
  fix: Uint8Array;
  cell: Cell;
  /** JSON text of `VehicleFacts`. */
  facts: string;
  /** The same with what is above, as operators read it: the fields after the handle, and the closing brace. */
  about: string;
  /** When somebody last told of it, ms. */
  heardAt: number;
}

interface KnownNode {
  figures: FleetNode;
  summaries: CellSummary[];
}

type Store = Pick<Backend, 'vehicles' | 'trips'>;

/** Until its node has told more. */
const UNKNOWN = JSON.stringify({ paceMs: TIMING.paceUnwatchedMs } satisfies VehicleFacts);
/** An online vehicle of which its node has not told for so long, though it is asked to, has left unheard, ms. */
const UNHEARD_MS = 40_000;
/** How often what nobody tells of is looked up, ms. */
const VERIFY_EVERY_MS = 10_000;
/** Nodes answer within this; whom none of them has is then read from the store, ms. */
const ANSWERS_WITHIN_MS = 400;
/** Vehicles that are read from the store at once. */
const READS_AT_ONCE = 64;

/** The vehicles in all cells that this node's operators look at: as nodes tell, and for the rest as they were last stored. */
export class FleetPicture {
  readonly #node: string;
  readonly #store: Store;
  readonly #clock: SteadyClock;
  readonly #cells = new Map<Cell, Map<VehicleId, SeenVehicle>>();
  readonly #seen = new Map<VehicleId, SeenVehicle>();
  readonly #nodes = new Map<string, KnownNode>();
  /** When each node was last heard, ms; for one that only the store names, when that was read. */
  readonly #heardAt = new Map<string, number>();
  /** Cells to be read from the store, and from when on. */
  readonly #unread = new Map<Cell, number>();
  #isReading = false;
  #verifiedAt = Number.NEGATIVE_INFINITY;

  constructor(options: { node: string; store: Store; clock: SteadyClock }) {
    this.#node = options.node;
    this.#store = options.store;
    this.#clock = options.clock;
  }

  /** Nodes that are there, this one among them. */
  get nodes(): FleetNode[] {
    return Array.from(this.#nodes.values(), ({ figures }) => figures);
  }

  /** How many drivers are connected, wherever they are. */
  get online(): number {
    return this.nodes.reduce((sum, { drivers }) => sum + drivers, 0);
  }

  /** How many vehicles are where, over all nodes; a cell comes once for each node that has some. */
  *summaries(): Generator<CellSummary> {
    for (const { summaries } of this.#nodes.values()) yield* summaries;
  }

  get cellCount(): number {
    return this.#cells.size;
  }

  vehiclesIn(cell: Cell): Iterable<SeenVehicle> {
    return this.#cells.get(cell)?.values() ?? [];
  }

  /** Changes which cells are looked at. Returns those that were not before. */
  lookAt(wanted: ReadonlySet<Cell>): Cell[] {
    for (const [cell, vehicles] of this.#cells) {
      if (wanted.has(cell)) continue;
      for (const id of vehicles.keys()) this.#seen.delete(id);
      this.#cells.delete(cell);
      this.#unread.delete(cell);
    }
    const added = [...wanted].filter((cell) => !this.#cells.has(cell));
    for (const cell of added) {
      this.#cells.set(cell, new Map());
      this.#unread.set(cell, this.#clock.monotonic() + ANSWERS_WITHIN_MS);
    }
    return added;
  }

  hearNode({ node, summaries = [] }: Extract<FleetAnswer, { type: 'node' }>): void {
    this.#nodes.set(node.id, { figures: node, summaries });
    this.#heardAt.set(node.id, this.#clock.monotonic());
  }

  hearVehicles(node: string, reports: readonly VehicleReport[]): void {
    const heardAt = this.#clock.monotonic();
    this.#heardAt.set(node, heardAt);
    for (const report of reports) this.#adopt(node, report, heardAt);
  }

  /** What falls due with time. Call it some times a second. */
  tick(): void {
    const now = this.#clock.monotonic();
    this.#missNodes(now);
    if (!this.#isReading) void this.#read(now);
  }

  /** Nothing was heard for a while, by no fault of those who told: nobody is missed yet. */
  forgiveSilence(): void {
    const now = this.#clock.monotonic();
    for (const node of this.#heardAt.keys()) this.#heardAt.set(node, now);
    for (const seen of this.#seen.values()) seen.heardAt = now;
  }

  #adopt(node: string, { id, session, online, since, fix, facts }: VehicleReport, heardAt: number): void {
    const known = this.#seen.get(id);
    if (known && session < known.session) return;
    const cell = cellAt(placeOf(fix));
    if (!this.#cells.has(cell)) {
      if (known) this.#drop(known);
      return;
    }
    if (!known) {
      const seen = {
        id,
        session,
        node,
        online,
        since,
        fix,
        cell,
        facts: facts ?? UNKNOWN,
        about: '',
        heardAt,
      };
      write(seen);
      this.#seen.set(id, seen);
      this.#cells.get(cell)!.set(id, seen);
      return;
    }
    known.heardAt = heardAt;
    change(known, { session, node, online, since, facts: facts ?? known.facts });
    if (timeOf(fix) <= timeOf(known.fix)) return;
    known.fix = fix;
    if (cell !== known.cell) {
      this.#cells.get(known.cell)?.delete(id);
      known.cell = cell;
      this.#cells.get(cell)!.set(id, known);
    }
  }

  #drop(seen: SeenVehicle): void {
    this.#seen.delete(seen.id);
    this.#cells.get(seen.cell)?.delete(seen.id);
  }

  /** The vehicles of a node that says nothing any more are offline, unless it is us who hear nothing. */
  #missNodes(now: number): void {
    const own = this.#heardAt.get(this.#node);
    if (own === undefined || now - own >= NODE_GONE_AFTER_MS / 2) return;
    for (const [name, heardAt] of this.#heardAt) {
      if (now - heardAt < NODE_GONE_AFTER_MS) continue;
      this.#nodes.delete(name);
      this.#heardAt.delete(name);
      const since = Math.round(this.#clock.now() - (now - heardAt));
      for (const seen of this.#seen.values()) {
        if (seen.node === name && seen.online) change(seen, { online: false, since, node: '' });
      }
    }
  }

  async #read(now: number): Promise<void> {
    this.#isReading = true;
    try {
      const due = [...this.#unread].filter(([, at]) => at <= now).map(([cell]) => cell);
      const listed = await Promise.all(due.map((cell) => this.#store.vehicles.vehiclesIn(cell)));
      for (const cell of due) this.#unread.delete(cell);
      const places = due.flatMap((cell, index) => listed[index]!.map((id) => ({ cell, id })));
      await inTurns(
        places.filter(({ id }) => !this.#seen.has(id)),
        ({ cell, id }) => this.#readVehicle(id, cell),
      );
      if (now - this.#verifiedAt >= VERIFY_EVERY_MS) {
        this.#verifiedAt = now;
        await this.#verify(now);
      }
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      // what was not read stays due
    } finally {
      this.#isReading = false;
    }
  }

  /** A vehicle that is listed in a cell; one that has gone on is listed no longer. */
  async #readVehicle(id: VehicleId, cell: Cell): Promise<void> {
    const { vehicles, trips } = this.#store;
    const [presence, fix, records] = await Promise.all([
      vehicles.presence(id),
      vehicles.newest(id),
      trips.ofVehicle(id),
    ]);
    if (!fix || cellAt(placeOf(fix)) !== cell) {
      await vehicles.leaveCell(id, cell);
      return;
    }
    if (this.#seen.has(id) || !this.#cells.has(cell)) return;
    const { session, node, online, time: since } = presence;
    const facts = factsText(presence, records);
    const now = this.#clock.monotonic();
    if (online && !this.#heardAt.has(node)) this.#heardAt.set(node, now);
    this.#adopt(online ? node : '', { id, session, online, since, fix, facts }, now);
  }

  /** Looks up those of whom nobody tells: who is online elsewhere by now is no longer here. */
  async #verify(now: number): Promise<void> {
    const unheard = [...this.#seen.values()].filter(
      (seen) => !seen.online || now - seen.heardAt >= UNHEARD_MS,
    );
    await inTurns(unheard, async (seen) => {
      const { vehicles, trips } = this.#store;
      const [presence, records] = await Promise.all([vehicles.presence(seen.id), trips.ofVehicle(seen.id)]);
      if (this.#seen.get(seen.id) !== seen || now < seen.heardAt) return;
      const { session, online } = presence;
      if (online) this.#drop(seen);
      else {
        const since = seen.online ? presence.time : seen.since;
        change(seen, { session, online, since, node: '', facts: factsText(presence, records) });
      }
    });
  }
}

type State = Pick<SeenVehicle, 'session' | 'node' | 'online' | 'since' | 'facts'>;

function change(seen: SeenVehicle, to: Partial<State>): void {
  const { online, since, facts } = seen;
  Object.assign(seen, to);
  if (seen.online !== online || seen.since !== since || seen.facts !== facts) write(seen);
}

function write(seen: SeenVehicle): void {
  const { id, online, since, facts } = seen;
  seen.about = `"id":"${id}","online":${online},"time":${since},${facts.slice(1)}`;
}

function factsText({ paceMs }: Presence, records: readonly TripRecord[]): string {
  return JSON.stringify(
    factsOf(
      paceMs,
      records.map(({ trip }) => trip),
    ),
  );
}

async function inTurns<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += READS_AT_ONCE) {
    await Promise.all(items.slice(at, at + READS_AT_ONCE).map(act));
  }
}

function placeOf(fix: Uint8Array) {
  return fixPlace(new DataView(fix.buffer, fix.byteOffset, fix.byteLength), 0);
}

function timeOf(fix: Uint8Array): number {
  return fixTime(new DataView(fix.buffer, fix.byteOffset, fix.byteLength), 0);
}
