import type { TripId, VehicleId } from '@tripcast/protocol';

/** Every key and channel in Redis. What shares a hash tag lives in one Cluster slot: scripts touch one tag only. */
export type Names = ReturnType<typeof redisNames>;

/** @param prefix begins every name: fleets that share a Redis each have their own */
export function redisNames(prefix: string) {
  return {
    /** What begins the names of all trips, tracks and live channels; a trip's id in braces follows. */
    prefixes: { trips: `${prefix}trip:`, tracks: `${prefix}track:`, live: `${prefix}live:` },
    trip: (id: TripId) => `${prefix}trip:{${id}}`,
    track: (id: TripId) => `${prefix}track:{${id}}`,
    vehicle: (id: VehicleId) => `${prefix}vehicle:{${id}}`,
    tripsOfVehicle: (id: VehicleId) => `${prefix}vehicle:{${id}}:trips`,
    /** The cutoff of its driver's tokens. */
    revocationOf: (id: VehicleId) => `${prefix}vehicle:{${id}}:revoked`,
    /** The vehicles that were last seen in a cell of the map. */
    cell: (cell: number) => `${prefix}cell:{${cell}}`,
    /** Index of all trips that are kept, scored by `createdAt`. */
    tripIndex: `${prefix}trips:active`,
    /** There while some node need not heal the index: one has just done so. */
    indexHealed: `${prefix}trips:healed`,
    node: (id: string) => `${prefix}node:${id}`,
    /** Which nodes to look for. */
    nodes: `${prefix}nodes`,
    /** Of a node and a server: the tag puts it into one of that server's slots. */
    canary: (tag: string, node: string) => `${prefix}canary:{${tag}}:${node}`,
    /** A small write in one of a server's slots, that tells how far its replicas are. */
    mark: (tag: string) => `${prefix}mark:{${tag}}`,
    /** A channel that `live-bus.ts` names. */
    channel: (channel: string) => `${prefix}${channel}`,

    /** A SCAN pattern for all trips, and the id in one of the keys that it finds. */
    anyTrip: `${asPattern(prefix)}trip:{*}`,
    tripIn: (key: string) => key.slice(prefix.length + 'trip:{'.length, -'}'.length) as TripId,
    /** The same for the sets of vehicles' trips. */
    anyTripsOfVehicle: `${asPattern(prefix)}vehicle:{*}:trips`,
    vehicleIn: (key: string) => key.slice(prefix.length + 'vehicle:{'.length, -'}:trips'.length) as VehicleId,
  };
}

function asPattern(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
