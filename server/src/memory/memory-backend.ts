import { LIMITS } from '@tripcast/protocol';
import type { Backend, KeepLimits } from '../backend.ts';
import type { Clock } from '../clock.ts';
import { BackendFigures } from '../metrics/backend-figures.ts';
import { MemoryBus } from './memory-bus.ts';
import { MemoryNodeRegistry } from './memory-node-registry.ts';
import { MemoryTrackStore } from './memory-track-store.ts';
import { MemoryTripStore } from './memory-trip-store.ts';
import { MemoryVehicleStore } from './memory-vehicle-store.ts';

/** Keeps everything in this process: one node, nothing to install, and gone with it. */
export function createMemoryBackend(options: { clock: Clock; limits?: KeepLimits }): Backend {
  const { clock, limits = LIMITS } = options;
  const bus = new MemoryBus();
  const nodes = new MemoryNodeRegistry(clock);
  const trips = new MemoryTripStore(clock, bus, limits);
  return {
    kind: 'memory',
    trips,
    tracks: new MemoryTrackStore(trips, bus, limits.trackFixes),
    vehicles: new MemoryVehicleStore(bus, nodes),
    bus,
    nodes,
    figures: new BackendFigures(),
    unavailableBecause: () => undefined,
    degradedBecause: () => undefined,
    serves: () => true,
    async close() {
      bus.close();
    },
  };
}
