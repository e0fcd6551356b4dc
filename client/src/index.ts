export type {
  Coordinates,
  Fix,
  FleetCluster,
  FleetNode,
  FleetTrip,
  FleetVehicle,
  FleetView,
  FoundVehicle,
  Place,
  Problem,
  ProblemCode,
  RefusalCode,
  Trip,
  TripStatus,
  VehicleDescription,
  VehicleState,
} from '@tripcast/protocol';
export type { ConnectionState } from './connection.ts';
export type { DriveEvent, DriveOptions, VehicleDrive } from './drive-vehicle.ts';
export { driveVehicle } from './drive-vehicle.ts';
export type { FleetFollowEvent, FleetFollowing, FleetOptions } from './follow-fleet.ts';
export { followFleet } from './follow-fleet.ts';
export type { FollowEvent, FollowOptions, TripFollowing } from './follow-trip.ts';
export { followTrip } from './follow-trip.ts';
export type { KeptFix, OutboxStore } from './outbox-store.ts';
export type { Clock, Platform, PlatformSocket, Timer, WebSocketConstructor } from './platform.ts';
export type { TokenSource } from './token.ts';
