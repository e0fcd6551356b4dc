export * from './close.ts';
export {
  type DriverEvent,
  parseDriverEvent,
  parseObject,
  parseRiderEvent,
  type RiderEvent,
  type ServiceEvent,
  type VehicleState,
} from './events.ts';
export * from './fix.ts';
export * from './fix-codec.ts';
export * from './fix-json.ts';
export * from './fleet.ts';
export * from './handshake.ts';
export * from './ids.ts';
export * from './limits.ts';
export * from './polyline.ts';
export * from './problems.ts';
export * from './trip.ts';
