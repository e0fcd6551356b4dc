import type { LiveBus } from './bus/live-bus.ts';
import type { NodeRegistry } from './bus/node-registry.ts';
import type { TrackStore } from './trips/track-store.ts';
import type { TripStore } from './trips/trip-store.ts';
import type { VehicleStore } from './trips/vehicle-store.ts';

/**
 * Where a node keeps things: its own memory, or Redis. Two adapters, one contract (`test/contract`).
 *
 * Every operation that cannot be carried out now rejects with `BackendUnavailable`, within some seconds; nothing is
 * queued to happen later. Whoever may retry does so: all operations are idempotent or say whether they happened.
 */
export interface Backend {
  readonly kind: 'memory' | 'redis';
  readonly trips: TripStore;
  readonly tracks: TrackStore;
  readonly vehicles: VehicleStore;
  readonly bus: LiveBus;
  readonly nodes: NodeRegistry;
  /** Why it cannot be used now, in words for `/readyz`; `undefined` while it can. */
  unavailableBecause(): string | undefined;
  /** May be called twice. */
  close(): Promise<void>;
}

/** The limits that a backend keeps. */
export interface KeepLimits {
  /** Fixes of one track; older ones are cut. */
  readonly trackFixes: number;
  /** How long a trip and its track are kept after the trip's end, ms. */
  readonly keptAfterEndMs: number;
}

/** The backend cannot answer now: Redis is away, refuses, or did not reply in time. */
export class BackendUnavailable extends Error {
  override readonly name = 'BackendUnavailable';
}
