import {
  decodeFix,
  type FleetNode,
  type FoundVehicle,
  fixEvent,
  fixPlace,
  type Trip,
  type VehicleId,
} from '@tripcast/protocol';
import { type Backend, BackendUnavailable } from '../backend.ts';
import type { SteadyClock } from '../clock.ts';
import { type Cell, cellAt } from './cells.ts';
import {
  type CellSummary,
  type FleetAnswer,
  type FleetQuestion,
  fleetChannelOf,
  INTEREST_EVERY_MS,
  INTEREST_LASTS_MS,
} from './fleet-note.ts';
import { type VehicleReport, writeReports } from './fleet-report.ts';
import { factsOf } from './vehicle-facts.ts';

/** A vehicle whose driver this node has. What is read of it may change at any time. */
export interface SourceVehicle {
  readonly id: VehicleId;
  readonly session: number;
  /** ms since the Unix epoch. */
  readonly onlineSince: number;
  readonly paceMs: number;
  /** Those that have not ended. */
  readonly trips: readonly Trip[];
  /** Another number after each change of pace or trips. */
  readonly revision: number;
  /** 20 bytes, another array for each fix; `undefined` before the first. */
  readonly newest: Uint8Array | undefined;
}

/** A vehicle, and what was last read of it. */
interface Entry {
  vehicle: SourceVehicle;
  fix: Uint8Array | undefined;
  cell: Cell | undefined;
  revision: number;
  facts: string;
  /** What was last told of it. */
  told: { fix: Uint8Array | undefined; cell: Cell | undefined; revision: number };
  /** The cell in whose list it is kept. */
  listed: Cell | undefined;
}

/** A node whose operators look at cells. */
interface Audience {
  node: string;
  cells: ReadonlySet<Cell>;
  fresh: Set<Cell>;
  wantsSummaries: boolean;
  heardAt: number;
}

/** Positions are told at most so often, ms. */
const SWEEP_EVERY_MS = 1_000;
/** How often vehicles that have come into another cell are listed there, for nodes that look later, ms. */
const LIST_EVERY_MS = 5_000;
const REPORTS_PER_MESSAGE = 1_000;
/** No revision of a vehicle. */
const UNREAD = -1;
const MOST_FOUND = 20;

/**
 * Tells the nodes that have operators of the vehicles whose drivers are here. While nobody looks, a fix costs nothing here:
 * the vehicles are gone through when somebody does, once a second, and every 5 s for those that have changed cells.
 */
export class FleetSource {
  readonly #node: string;
  readonly #backend: Pick<Backend, 'bus' | 'vehicles'>;
  readonly #clock: SteadyClock;
  readonly #figures: () => FleetNode;
  readonly #entries = new Map<SourceVehicle, Entry>();
  readonly #audiences = new Map<string, Audience>();
  #sweptAt = Number.NEGATIVE_INFINITY;
  #listedAt = Number.NEGATIVE_INFINITY;
  #toldAt = Number.NEGATIVE_INFINITY;
  #isListing = false;

  /** @param options.figures what this node tells of itself */
  constructor(options: {
    node: string;
    backend: Pick<Backend, 'bus' | 'vehicles'>;
    clock: SteadyClock;
    figures: () => FleetNode;
  }) {
    this.#node = options.node;
    this.#backend = options.backend;
    this.#clock = options.clock;
    this.#figures = options.figures;
  }

  /** A driver's socket has opened. Where the vehicle was last is read: that it is back needs no new fix to be told. */
  async arrived(vehicle: SourceVehicle): Promise<void> {
    const entry: Entry = {
      vehicle,
      fix: undefined,
      cell: undefined,
      revision: UNREAD,
      facts: '{}',
      told: { fix: undefined, cell: undefined, revision: UNREAD },
      listed: undefined,
    };
    this.#entries.set(vehicle, entry);
    try {
      const fix = await this.#backend.vehicles.newest(vehicle.id);
      if (!fix || entry.fix) return;
      entry.fix = fix;
      entry.cell = cellAt(fixPlace(viewOf(fix), 0));
    } catch (error) {
      ignoreUnavailable(error); // its first fix tells
    }
  }

  /** Its driver has gone. @param since ms since the Unix epoch; absent when it has already come back elsewhere */
  async left(vehicle: SourceVehicle, since: number | undefined): Promise<void> {
    const entry = this.#entries.get(vehicle);
    if (!entry) return;
    this.#entries.delete(vehicle);
    this.#look(entry);
    const { cell } = entry;
    if (since === undefined || cell === undefined) return;
    for (const audience of this.#audiences.values()) {
      if (audience.cells.has(cell))
        this.#tellVehicles(audience, [report(entry, true, { online: false, since })]);
    }
    await this.#list(entry);
  }

  /** Another node, or this one, has asked. */
  hear(question: FleetQuestion): void {
    switch (question.type) {
      case 'interest':
        this.#attend(question);
        return;
      case 'find':
        this.#tellFound(question);
        return;
      default:
        question satisfies never;
    }
  }

  /** Questions may have been missed: whoever asks again is told everything. */
  forgetAudiences(): void {
    this.#audiences.clear();
  }

  /** What falls due with time. Call it some times a second. */
  tick(): void {
    const now = this.#clock.monotonic();
    for (const [node, { heardAt }] of this.#audiences) {
      if (now - heardAt >= INTEREST_LASTS_MS) this.#audiences.delete(node);
    }
    if (this.#audiences.size > 0 && now - this.#sweptAt >= SWEEP_EVERY_MS) this.#sweep(now);
    if (this.#audiences.size > 0 && now - this.#toldAt >= INTEREST_EVERY_MS) {
      this.#toldAt = now;
      for (const audience of this.#audiences.values()) this.#tellNode(audience);
    }
    if (now - this.#listedAt >= LIST_EVERY_MS && !this.#isListing) {
      this.#listedAt = now;
      void this.#listAll();
    }
  }

  #attend({ node, cells, fresh, summaries }: Extract<FleetQuestion, { type: 'interest' }>): void {
    const now = this.#clock.monotonic();
    const known = this.#audiences.get(node);
    const audience: Audience = {
      node,
      cells: new Set(cells),
      fresh: new Set(known ? [...known.fresh, ...fresh] : cells),
      wantsSummaries: summaries,
      heardAt: now,
    };
    this.#audiences.set(node, audience);
    if (audience.fresh.size > 0) this.#sweep(now);
    if (!known || (summaries && !known.wantsSummaries)) this.#tellNode(audience);
  }

  /** Tells each audience what has changed in its cells, and of its fresh ones everything. */
  #sweep(now: number): void {
    this.#sweptAt = now;
    const reports = new Map<Audience, VehicleReport[]>();
    for (const audience of this.#audiences.values()) reports.set(audience, []);
    for (const entry of this.#entries.values()) {
      this.#look(entry);
      const { fix, cell, revision } = entry;
      if (cell === undefined) continue;
      const { told: before } = entry;
      const hasFacts = revision !== before.revision;
      const hasNews = hasFacts || fix !== before.fix;
      if (hasNews) entry.told = { fix, cell, revision };
      for (const [audience, told] of reports) {
        const wasThere = before.cell !== undefined && audience.cells.has(before.cell);
        if (!wasThere && !audience.cells.has(cell)) continue;
        const isFresh = audience.fresh.has(cell);
        if (hasNews || isFresh) told.push(report(entry, hasFacts || isFresh || !wasThere));
      }
    }
    for (const [audience, told] of reports) {
      audience.fresh.clear();
      for (let at = 0; at < told.length; at += REPORTS_PER_MESSAGE) {
        this.#tellVehicles(audience, told.slice(at, at + REPORTS_PER_MESSAGE));
      }
    }
  }

  /** Reads what the vehicle is now. */
  #look(entry: Entry): void {
    const { newest, revision, paceMs, trips } = entry.vehicle;
    if (newest !== undefined && newest !== entry.fix) {
      entry.fix = newest;
      entry.cell = cellAt(fixPlace(viewOf(newest), 0));
    }
    if (revision === entry.revision) return;
    entry.revision = revision;
    entry.facts = JSON.stringify(factsOf(paceMs, trips));
  }

  #tellVehicles({ node }: Audience, reports: VehicleReport[]): void {
    this.#publish(node, writeReports(this.#node, reports));
  }

  #tellNode({ node, wantsSummaries }: Audience): void {
    this.#answer(node, {
      type: 'node',
      node: this.#figures(),
      ...(wantsSummaries && { summaries: this.#summaries() }),
    });
  }

  #answer(node: string, answer: FleetAnswer): void {
    this.#publish(node, JSON.stringify(answer));
  }

  /** What cannot be told now is told, with all the rest, when that node asks again. */
  #publish(node: string, message: string | Uint8Array): void {
    this.#backend.bus.publish(fleetChannelOf(node), message).catch((error: unknown) => {
      ignoreUnavailable(error);
      this.#audiences.delete(node);
    });
  }

  #summaries(): CellSummary[] {
    const byCell = new Map<Cell, CellSummary>();
    for (const entry of this.#entries.values()) {
      this.#look(entry);
      if (!entry.fix || entry.cell === undefined) continue;
      const { latitude, longitude } = fixPlace(viewOf(entry.fix), 0);
      const sum = byCell.get(entry.cell) ?? {
        cell: entry.cell,
        online: 0,
        onTrip: 0,
        latitude: 0,
        longitude: 0,
      };
      sum.online++;
      if (entry.vehicle.trips.length > 0) sum.onTrip++;
      sum.latitude += latitude;
      sum.longitude += longitude;
      byCell.set(entry.cell, sum);
    }
    return Array.from(byCell.values(), (sum) => ({
      ...sum,
      latitude: sum.latitude / sum.online,
      longitude: sum.longitude / sum.online,
    }));
  }

  /** A node that has none says nothing. */
  #tellFound({ node, ask, text }: Extract<FleetQuestion, { type: 'find' }>): void {
    const vehicles = this.#find(text);
    if (vehicles.length > 0) this.#answer(node, { type: 'found', ask, vehicles });
  }

  #find(text: string): FoundVehicle[] {
    const wanted = text.toLowerCase();
    const found: FoundVehicle[] = [];
    for (const { vehicle } of this.#entries.values()) {
      if (found.length === MOST_FOUND) break;
      const { trip } = factsOf(vehicle.paceMs, vehicle.trips);
      const names = [vehicle.id, trip?.id, trip?.plate];
      if (!names.some((name) => name?.toLowerCase().includes(wanted))) continue;
      found.push({
        id: vehicle.id,
        ...(trip && { trip }),
        ...(vehicle.newest && { fix: fixEvent(decodeFix(viewOf(vehicle.newest), 0)) }),
      });
    }
    return found;
  }

  async #listAll(): Promise<void> {
    this.#isListing = true;
    for (const entry of this.#entries.values()) {
      this.#look(entry);
      if (entry.cell !== entry.listed) await this.#list(entry);
    }
    this.#isListing = false;
  }

  /** Writes down where it is, for nodes that look when its driver has gone. */
  async #list(entry: Entry): Promise<void> {
    const { vehicle, fix, cell, listed } = entry;
    if (!fix || cell === undefined) return;
    try {
      await this.#backend.vehicles.keepNewest(vehicle.id, vehicle.session, fix);
      await this.#backend.vehicles.enterCell(vehicle.id, cell, listed);
      entry.listed = cell;
    } catch (error) {
      ignoreUnavailable(error); // the next round tries again
    }
  }
}

function report(
  { vehicle, fix, facts }: Entry,
  hasFacts: boolean,
  state = { online: true, since: vehicle.onlineSince },
): VehicleReport {
  return {
    id: vehicle.id,
    session: vehicle.session,
    ...state,
    fix: fix!,
    facts: hasFacts ? facts : undefined,
  };
}

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof BackendUnavailable)) throw error;
}

function viewOf(fix: Uint8Array): DataView {
  return new DataView(fix.buffer, fix.byteOffset, fix.byteLength);
}
