import type { VehicleId } from '@tripcast/protocol';
import { fixTime, TIMING } from '@tripcast/protocol';
import { vehicleChannel } from '../bus/live-bus.ts';
import type { NodeRegistry } from '../bus/node-registry.ts';
import { type VehicleNote, writeVehicleNote } from '../bus/vehicle-note.ts';
import type { Presence, VehicleStore } from '../trips/vehicle-store.ts';
import type { MemoryBus } from './memory-bus.ts';

interface KeptVehicle {
  presence: Presence;
  newest: Uint8Array | undefined;
  revokedBefore: number;
}

const KEPT = Promise.resolve();
const NEVER_SEEN: Presence = { online: false, time: 0, paceMs: TIMING.paceUnwatchedMs, session: 0, node: '' };

/** One entry a vehicle that was ever heard of, some 200 bytes, kept as long as the process. */
export class MemoryVehicleStore implements VehicleStore {
  readonly #kept = new Map<VehicleId, KeptVehicle>();
  readonly #byCell = new Map<number, Set<VehicleId>>();
  readonly #bus: MemoryBus;
  readonly #nodes: NodeRegistry;

  constructor(bus: MemoryBus, nodes: NodeRegistry) {
    this.#bus = bus;
    this.#nodes = nodes;
  }

  async takeOver(id: VehicleId, node: string, nowMs: number): Promise<number> {
    const kept = this.#vehicle(id);
    const session = Math.max(kept.presence.session + 1, nowMs);
    kept.presence = { online: true, time: nowMs, paceMs: TIMING.paceUnwatchedMs, session, node };
    this.#note(id, { type: 'takeover', session });
    return session;
  }

  async leave(
    id: VehicleId,
    session: number,
    nowMs: number,
  ): Promise<{ left: boolean; kept: Promise<void> }> {
    const { presence } = this.#vehicle(id);
    if (presence.session !== session || !presence.online) return { left: false, kept: KEPT };
    this.#vehicle(id).presence = { ...presence, online: false, time: nowMs, node: '' };
    return { left: true, kept: KEPT };
  }

  async abandon(id: VehicleId, node: string, sinceMs: number, nowMs: number): Promise<boolean> {
    const { presence } = this.#vehicle(id);
    if (presence.node !== node || presence.time !== sinceMs) return false;
    return (await this.leave(id, presence.session, nowMs)).left;
  }

  async changePace(id: VehicleId, session: number, paceMs: number): Promise<boolean> {
    const { presence } = this.#vehicle(id);
    if (presence.session !== session || !presence.online) return false;
    this.#vehicle(id).presence = { ...presence, paceMs };
    return true;
  }

  async presence(id: VehicleId): Promise<Presence> {
    const presence = this.#kept.get(id)?.presence ?? NEVER_SEEN;
    const online = presence.online && (await this.#nodes.isAlive(presence.node));
    return { ...presence, online };
  }

  async keepNewest(id: VehicleId, session: number, fix: Uint8Array): Promise<void> {
    const kept = this.#vehicle(id);
    if (kept.presence.session > session) return;
    if (kept.newest === undefined || timeOf(fix) > timeOf(kept.newest)) kept.newest = fix.slice();
  }

  async newest(id: VehicleId): Promise<Uint8Array | undefined> {
    return this.#kept.get(id)?.newest;
  }

  async enterCell(id: VehicleId, cell: number, previous: number | undefined): Promise<void> {
    if (previous !== undefined) await this.leaveCell(id, previous);
    this.#byCell.set(cell, (this.#byCell.get(cell) ?? new Set()).add(id));
  }

  async leaveCell(id: VehicleId, cell: number): Promise<void> {
    const listed = this.#byCell.get(cell);
    listed?.delete(id);
    if (listed?.size === 0) this.#byCell.delete(cell);
  }

  async vehiclesIn(cell: number): Promise<VehicleId[]> {
    return [...(this.#byCell.get(cell) ?? [])];
  }

  async revoke(id: VehicleId, beforeMs: number): Promise<void> {
    const kept = this.#vehicle(id);
    kept.revokedBefore = Math.max(kept.revokedBefore, beforeMs);
    this.#note(id, { type: 'revoked', before: kept.revokedBefore });
  }

  async revokedBefore(id: VehicleId): Promise<number> {
    return this.#kept.get(id)?.revokedBefore ?? 0;
  }

  #vehicle(id: VehicleId): KeptVehicle {
    let kept = this.#kept.get(id);
    if (!kept) {
      kept = { presence: NEVER_SEEN, newest: undefined, revokedBefore: 0 };
      this.#kept.set(id, kept);
    }
    return kept;
  }

  #note(id: VehicleId, note: VehicleNote): void {
    this.#bus.deliver(vehicleChannel(id), writeVehicleNote(note));
  }
}

function timeOf(fix: Uint8Array): number {
  return fixTime(new DataView(fix.buffer, fix.byteOffset, fix.byteLength), 0);
}
