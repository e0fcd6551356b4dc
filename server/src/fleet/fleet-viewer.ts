import {
  decodeFix,
  type FleetCluster,
  type FleetEvent,
  type FleetView,
  fixEvent,
  fixPlace,
  POSITION_BYTES,
} from '@tripcast/protocol';
import { CELL_ZOOM, type Cell, cellsIn, isInView, tileOf, touches } from './cells.ts';
import type { FleetPicture, SeenVehicle } from './fleet-picture.ts';

/** An operator's end of it: a socket. */
export interface OperatorLink {
  readonly isJson: boolean;
  /** Whether it takes more now. What it can't take is asked for again when it has drained. */
  hasRoom(): boolean;
  /** False when the message was lost. */
  sendText(text: string): boolean;
  sendBytes(bytes: Uint8Array): boolean;
}

/** A vehicle that was announced, and what was last sent of it. */
interface Announced {
  handle: number;
  fix: Uint8Array | undefined;
  about: string;
  look: number;
}

/** A view of more cells than this is far: a screen at zoom 13 has some 180. */
const NEAR_CELLS = 256;
/** A far view with no more vehicles than this shows them one by one all the same. */
const FEW_VEHICLES = 2_000;
/** Cells that are worth looking at in a far view. */
const FEW_CELLS = 2_048;
/** Vehicles in one message. */
const CHUNK = 500;
/** Clusters are gathered in tiles of a 64 pixels' width: this many zoom levels below the map's. */
const CLUSTER_LEVELS = 2;

/**
 * What one operator is sent. Nothing waits in a queue: each look compares what is there with what was sent, and the
 * difference goes out as far as the link takes it, those first who have waited longest.
 */
export class FleetViewer {
  readonly #link: OperatorLink;
  readonly #picture: FleetPicture;
  /** In the order in which they were last sent something. */
  readonly #announced = new Map<SeenVehicle, Announced>();
  #view: FleetView | undefined;
  #cells: ReadonlySet<Cell> = new Set();
  #isFar = false;
  /** The event whose clusters the client shows. */
  #shownClusters: string | undefined;
  #nextHandle = 1;
  #look = 0;

  constructor(link: OperatorLink, picture: FleetPicture) {
    this.#link = link;
    this.#picture = picture;
  }

  set view(view: FleetView) {
    this.#view = view;
    this.aim();
  }

  /** The cells that it must know of. */
  get cells(): ReadonlySet<Cell> {
    return this.#cells;
  }

  /** Whether it must know how many vehicles are where. */
  get needsSummaries(): boolean {
    return this.#view !== undefined && cellsIn(this.#view, NEAR_CELLS) === undefined;
  }

  /** Decides between vehicles and clusters: by the view, and in a far one by how many vehicles there are. */
  aim(): void {
    if (!this.#view) return;
    const near = cellsIn(this.#view, NEAR_CELLS) ?? this.#fewCells(this.#view);
    this.#isFar = near === undefined;
    this.#cells = new Set(near);
  }

  /** Sends what has changed since the last look, as far as there is room. */
  show(): void {
    if (!this.#view) return;
    if (this.#isFar) {
      this.#showClusters(this.#view);
      return;
    }
    if (this.#shownClusters !== undefined) {
      if (!this.#send({ type: 'vehicles', vehicles: [] })) return;
      this.#shownClusters = undefined;
    }
    this.#look++;
    const added = this.#compare(this.#view);
    if (this.#takeLeave() && this.#announce(added)) this.#sendPositions();
  }

  /** How many vehicles there are in all, and in the view. */
  count(): FleetEvent {
    const inView = this.#isFar
      ? this.#clusters(this.#view!).reduce((sum, { online }) => sum + online, 0)
      : this.#announced.size;
    return { type: 'counts', online: this.#picture.online, inView };
  }

  /** The cells of a far view in which there is anybody; `undefined` when these are too many. */
  #fewCells(view: FleetView): Cell[] | undefined {
    const cells = new Set<Cell>();
    let vehicles = 0;
    for (const { cell, online } of this.#picture.summaries()) {
      if (!touches(view, cell)) continue;
      cells.add(cell);
      vehicles += online;
      if (vehicles > FEW_VEHICLES) return undefined;
    }
    for (const { cell } of this.#announced.keys()) if (touches(view, cell)) cells.add(cell);
    return cells.size <= FEW_CELLS ? [...cells] : undefined;
  }

  /** Marks who is in view. Returns those who were not announced. */
  #compare(view: FleetView): SeenVehicle[] {
    const added: SeenVehicle[] = [];
    for (const cell of this.#cells) {
      for (const seen of this.#picture.vehiclesIn(cell)) {
        const fix = new DataView(seen.fix.buffer, seen.fix.byteOffset, seen.fix.byteLength);
        if (!isInView(view, fixPlace(fix, 0))) continue;
        const announced = this.#announced.get(seen);
        if (!announced) added.push(seen);
        else announced.look = this.#look;
      }
    }
    return added;
  }

  /** Says who is in view no longer. */
  #takeLeave(): boolean {
    const gone = [...this.#announced].filter(([, { look }]) => look !== this.#look);
    if (gone.length === 0) return true;
    if (!this.#send({ type: 'left', handles: gone.map(([, { handle }]) => handle) })) return false;
    for (const [seen] of gone) this.#announced.delete(seen);
    return true;
  }

  /** Says who is new, and what has changed of others. False when there was no room for all. */
  #announce(added: readonly SeenVehicle[]): boolean {
    const due = [...this.#announced].filter(([seen, { about }]) => about !== seen.about);
    for (const seen of added) {
      due.push([seen, { handle: this.#nextHandle++, fix: undefined, about: '', look: this.#look }]);
    }
    return inChunks(due, (chunk) => {
      const texts = chunk.map(([seen, { handle }]) => `{"handle":${handle},${seen.about}`);
      if (!this.#sendText(`{"type":"vehicles","vehicles":[${texts.join()}]}`)) return false;
      for (const [seen, announced] of chunk) {
        announced.about = seen.about;
        this.#announced.set(seen, announced);
      }
      return true;
    });
  }

  #sendPositions(): void {
    const due = [...this.#announced].filter(([seen, { fix }]) => fix !== seen.fix);
    inChunks(due, (chunk) => {
      if (!(this.#link.isJson ? this.#sendJson(chunk) : this.#sendBinary(chunk))) return false;
      for (const [seen, announced] of chunk) {
        announced.fix = seen.fix;
        this.#announced.delete(seen);
        this.#announced.set(seen, announced);
      }
      return true;
    });
  }

  #sendBinary(due: readonly (readonly [SeenVehicle, Announced])[]): boolean {
    const bytes = new Uint8Array(due.length * POSITION_BYTES);
    const view = new DataView(bytes.buffer);
    due.forEach(([seen, { handle }], index) => {
      view.setUint32(index * POSITION_BYTES, handle, true);
      bytes.set(seen.fix, index * POSITION_BYTES + 4);
    });
    return this.#link.hasRoom() && this.#link.sendBytes(bytes);
  }

  #sendJson(due: readonly (readonly [SeenVehicle, Announced])[]): boolean {
    return due.every(([{ fix }, { handle }]) => {
      const event = fixEvent(decodeFix(new DataView(fix.buffer, fix.byteOffset, fix.byteLength), 0));
      return this.#send({ ...event, handle });
    });
  }

  #showClusters(view: FleetView): void {
    const text = JSON.stringify({ type: 'clusters', clusters: this.#clusters(view) } satisfies FleetEvent);
    if (text === this.#shownClusters || !this.#sendText(text)) return;
    this.#announced.clear();
    this.#shownClusters = text;
  }

  #clusters(view: FleetView): FleetCluster[] {
    const zoom = Math.min(CELL_ZOOM, Math.round(view.zoom) + CLUSTER_LEVELS);
    const tiles = new Map<number, FleetCluster>();
    for (const { cell, online, onTrip, latitude, longitude } of this.#picture.summaries()) {
      if (!touches(view, cell)) continue;
      const tile = tileOf(cell, zoom);
      const cluster = tiles.get(tile) ?? { latitude: 0, longitude: 0, online: 0, onTrip: 0 };
      const all = cluster.online + online;
      cluster.latitude += ((latitude - cluster.latitude) * online) / all;
      cluster.longitude += ((longitude - cluster.longitude) * online) / all;
      cluster.online = all;
      cluster.onTrip += onTrip;
      tiles.set(tile, cluster);
    }
    return [...tiles.values()];
  }

  #send(event: FleetEvent): boolean {
    return this.#sendText(JSON.stringify(event));
  }

  #sendText(text: string): boolean {
    return this.#link.hasRoom() && this.#link.sendText(text);
  }
}

function inChunks<Item>(items: readonly Item[], send: (chunk: readonly Item[]) => boolean): boolean {
  for (let at = 0; at < items.length; at += CHUNK) {
    if (!send(items.slice(at, at + CHUNK))) return false;
  }
  return true;
}
