import type { Channel, LiveBus } from './bus/live-bus.ts';
import type { NodeRegistry } from './bus/node-registry.ts';
import type { BackendFigures } from './metrics/backend-figures.ts';
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
  readonly figures: BackendFigures;
  /** Why nothing can be kept or passed on now, in words for `/readyz`; `undefined` while anything can. */
  unavailableBecause(): string | undefined;
  /** Why it serves on, but not as it should: a part of the trips cannot be kept, or acknowledgements wait. */
  degradedBecause(): string | undefined;
  /** Whether what this channel is for, its trip or vehicle, can be kept and passed on now. */
  serves(channel: Channel): boolean;
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
