import type { VehicleId, VehicleState } from '@tripcast/protocol';

/** Whether a vehicle's driver is connected, and to whom. */
export interface Presence extends VehicleState {
  /** The newest session of the vehicle; 0 when it was never connected. */
  session: number;
  /** The node that has its driver; empty when offline. */
  node: string;
}

/** Keeps what is known of a vehicle beside its trips. Forgets a vehicle 24 h after it was last written, but no revocation. */
export interface VehicleStore {
  /**
   * A driver has connected to `node`: takes the vehicle's next session, `max(stored + 1, nowMs)`, writes it down as
   * online since `nowMs` at the slow pace, and publishes a `takeover` note on the vehicle's channel.
   */
  takeOver(id: VehicleId, node: string, nowMs: number): Promise<number>;

  /** The session's driver has gone: offline since `nowMs`. False, and nothing changes, when a newer session is there. */
  leave(id: VehicleId, session: number, nowMs: number): Promise<boolean>;

  /** The session's driver was asked for a fix each `paceMs`. False when a newer session is there. */
  changePace(id: VehicleId, session: number, paceMs: number): Promise<boolean>;

  presence(id: VehicleId): Promise<Presence>;

  /** Keeps a fix (20 bytes) as the vehicle's newest unless a later one is kept, or a newer session is there. */
  keepNewest(id: VehicleId, session: number, fix: Uint8Array): Promise<void>;

  /** The vehicle's newest fix, 20 bytes. */
  newest(id: VehicleId): Promise<Uint8Array | undefined>;

  /**
   * Kills the vehicle's driver tokens issued before `beforeMs`, and publishes a `revoked` note on its channel. Remembered
   * for 400 days after the last revocation, longer than any token should live, whatever else is forgotten.
   */
  revoke(id: VehicleId, beforeMs: number): Promise<void>;

  /** Driver tokens of the vehicle with `iat × 1000` before this are dead, ms; 0 when none was revoked. */
  revokedBefore(id: VehicleId): Promise<number>;
}
