import type { VehicleId, VehicleState } from '@tripcast/protocol';

/** Whether a vehicle's driver is connected, and to whom. */
export interface Presence extends VehicleState {
  /** The newest session of the vehicle; 0 when it was never connected. */
  session: number;
  /** The node that had its driver at last; empty once that has said goodbye, or was written down as gone. */
  node: string;
}

/** Keeps what is known of a vehicle beside its trips. Forgets a vehicle 24 h after it was last written, but no revocation. */
export interface VehicleStore {
  /**
   * A driver has connected to `node`: takes the vehicle's next session, `max(stored + 1, nowMs)`, writes it down as
   * online since `nowMs` at the slow pace, and publishes a `takeover` note on the vehicle's channel. Resolves when that
   * survives the death of any one process, or after a second.
   */
  takeOver(id: VehicleId, node: string, nowMs: number): Promise<number>;

  /**
   * The session's driver has gone: offline since `nowMs`. Not `left`, and nothing changes, when another session is there, or
   * it has gone before. `kept` is as a track store's.
   */
  leave(id: VehicleId, session: number, nowMs: number): Promise<{ left: boolean; kept: Promise<void> }>;

  /**
   * As `leave`, for a `takeOver(id, node, sinceMs)` that was not answered, and may have been carried out or not, or may be
   * later. Resolves to whether its driver was there, and has left by this.
   */
  abandon(id: VehicleId, node: string, sinceMs: number, nowMs: number): Promise<boolean>;

  /** The session's driver was asked for a fix each `paceMs`. False when another session is there, or it has gone. */
  changePace(id: VehicleId, session: number, paceMs: number): Promise<boolean>;

  presence(id: VehicleId): Promise<Presence>;

  /** Keeps a fix (20 bytes) as the vehicle's newest unless a later one is kept, or a newer session is there. */
  keepNewest(id: VehicleId, session: number, fix: Uint8Array): Promise<void>;

  /** The vehicle's newest fix, 20 bytes. */
  newest(id: VehicleId): Promise<Uint8Array | undefined>;

  /**
   * Lists the vehicle in a cell of the map (`fleet/cells.ts`), and in `previous` no longer. Forgotten 24 h after somebody
   * was last listed there; where the vehicle is, its newest fix says.
   */
  enterCell(id: VehicleId, cell: number, previous: number | undefined): Promise<void>;

  leaveCell(id: VehicleId, cell: number): Promise<void>;

  /** The vehicles that are listed in a cell. Some may have gone on. */
  vehiclesIn(cell: number): Promise<VehicleId[]>;

  /**
   * Kills the vehicle's driver tokens issued before `beforeMs`, and publishes a `revoked` note on its channel. Remembered
   * for as long as a token can live, whatever else is forgotten.
   */
  revoke(id: VehicleId, beforeMs: number): Promise<void>;

  /** Driver tokens of the vehicle with `iat × 1000` before this are dead, ms; 0 when none was revoked. */
  revokedBefore(id: VehicleId): Promise<number>;
}
