// What operators and nodes say to each other on `/v1/fleet/follow`: the vehicles in the part of the map that is looked at.
// A vehicle is announced once under a short handle; its positions are then 24 bytes each:
//
//   0  u32  handle, little-endian
//   4       the 20 bytes of a fix

import {
  isNumber,
  isObject,
  isOptional,
  isString,
  type Json,
  parseObject,
  type ServiceEvent,
} from './events.ts';
import type { Fix } from './fix.ts';
import { checkFixes, decodeFix, FIX_BYTES } from './fix-codec.ts';
import { type FixEvent, fixEvent, parseFix } from './fix-json.ts';
import type { TripId, VehicleId } from './ids.ts';

/** What is looked at, degrees. `west` greater than `east`: over the date line. */
export interface FleetView {
  south: number;
  west: number;
  north: number;
  east: number;
  /** The map's, as of Web Mercator tiles of 256 pixels: how finely distant vehicles are gathered. */
  zoom: number;
}

/** What an operator says. */
export type OperatorEvent =
  | ({ type: 'view' } & FleetView)
  /** Looks for vehicles anywhere, by vehicle, trip or plate. */
  | { type: 'find'; text: string };

/** As much of a trip as a map of thousands needs; the rest is at `GET /v1/trips/{id}`. */
export interface FleetTrip {
  id: TripId;
  /** Clients tolerate a status they don't know. */
  status: string;
  eta?: number;
  plate?: string;
}

/** What is known of a vehicle beside its position. */
export interface FleetVehicle {
  /** Stands for it in positions, on this socket. */
  handle: number;
  id: VehicleId;
  /** Whether its driver is connected, since when (ms since the Unix epoch), and how often it sends. */
  online: boolean;
  time: number;
  paceMs: number;
  /** The one under way, or else the next. */
  trip?: FleetTrip;
}

/** Vehicles that are too far away to be told apart, at their mean place. */
export interface FleetCluster {
  latitude: number;
  longitude: number;
  online: number;
  /** How many of them have a trip. */
  onTrip: number;
}

/** What a node tells of itself. */
export interface FleetNode {
  id: string;
  drivers: number;
  followers: number;
  operators: number;
  /** Fixes that its drivers have sent, a second. */
  fixesPerSecond: number;
  /** How late its event loop is, ms, 99 of 100 times. */
  lagMs: number;
  draining: boolean;
}

export interface FoundVehicle {
  id: VehicleId;
  trip?: FleetTrip;
  /** Where it was last; absent when it has not been anywhere yet. */
  fix?: FixEvent;
}

/** What an operator hears. */
export type FleetEvent =
  | { type: 'hello'; serverTime: number; node: string }
  | { type: 'vehicles'; vehicles: FleetVehicle[] }
  | { type: 'left'; handles: number[] }
  | { type: 'clusters'; clusters: FleetCluster[] }
  | { type: 'counts'; online: number; inView: number }
  | { type: 'nodes'; nodes: FleetNode[] }
  | { type: 'found'; text: string; vehicles: FoundVehicle[] }
  | ServiceEvent
  | (FixEvent & { handle: number });

/** Bytes of one position: a handle and a fix. */
export const POSITION_BYTES = 4 + FIX_BYTES;
/** Longer texts are not looked for. */
export const FIND_CHARACTERS = 100;

/** The positions of a binary message; `undefined` when it is malformed. */
export function decodePositions(message: Uint8Array): { handle: number; fix: Fix }[] | undefined {
  if (message.byteLength % POSITION_BYTES !== 0) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const positions: { handle: number; fix: Fix }[] = [];
  for (let offset = 0; offset < message.byteLength; offset += POSITION_BYTES) {
    const fix = new DataView(message.buffer, message.byteOffset + offset + 4, FIX_BYTES);
    if (checkFixes(fix) === undefined) return undefined;
    positions.push({ handle: view.getUint32(offset, true), fix: decodeFix(fix, 0) });
  }
  return positions;
}

/** The event that an operator sent; `undefined` for what is unknown or broken: it is ignored. */
export function parseOperatorEvent(event: Json): OperatorEvent | undefined {
  switch (event.type) {
    case 'view': {
      const { south, west, north, east, zoom } = event;
      if (!isWithin(south, 90) || !isWithin(north, 90) || south > north) return undefined;
      if (!isWithin(west, 180) || !isWithin(east, 180)) return undefined;
      if (!isNumber(zoom) || zoom < 0 || zoom > 30) return undefined;
      return { type: 'view', south, west, north, east, zoom };
    }
    case 'find': {
      const text = isString(event.text) ? event.text.trim() : '';
      return text !== '' && text.length <= FIND_CHARACTERS ? { type: 'find', text } : undefined;
    }
    default:
      return undefined;
  }
}

/** The event that an operator received; `undefined` for what is unknown or broken: it is ignored. */
export function parseFleetEvent(text: string): FleetEvent | undefined {
  const event = parseObject(text);
  return event && isFleetEvent(event) ? withWholeFixes(event) : undefined;
}

function isFleetEvent(event: Json): boolean {
  switch (event.type) {
    case 'hello':
      return isNumber(event.serverTime) && isString(event.node);
    case 'vehicles':
      return isArrayOf(event.vehicles, isVehicle);
    case 'left':
      return Array.isArray(event.handles) && event.handles.every(isNumber);
    case 'clusters':
      return isArrayOf(event.clusters, (one) =>
        [one.latitude, one.longitude, one.online, one.onTrip].every(isNumber),
      );
    case 'counts':
      return isNumber(event.online) && isNumber(event.inView);
    case 'nodes':
      return isArrayOf(event.nodes, isNode);
    case 'found':
      return isString(event.text) && isArrayOf(event.vehicles, (one) => isString(one.id) && isTrip(one.trip));
    case 'service':
      return typeof event.available === 'boolean';
    case 'fix':
      return isNumber(event.handle) && parseFix(event) !== undefined;
    default:
      return false;
  }
}

/** A fix's unknown fields are absent, whether they came as `null` or not at all. */
function withWholeFixes(event: Json): FleetEvent | undefined {
  if (event.type === 'fix') return { ...fixEvent(parseFix(event)!), handle: event.handle as number };
  return event as unknown as FleetEvent;
}

function isVehicle(value: Json): boolean {
  const { handle, id, online, time, paceMs, trip } = value;
  return (
    [handle, time, paceMs].every(isNumber) && isString(id) && typeof online === 'boolean' && isTrip(trip)
  );
}

function isTrip(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isObject(value)) return false;
  const { id, status, eta, plate } = value;
  return [id, status].every(isString) && isOptional(eta, isNumber) && isOptional(plate, isString);
}

function isNode(value: Json): boolean {
  const { id, drivers, followers, operators, fixesPerSecond, lagMs, draining } = value;
  return (
    isString(id) &&
    [drivers, followers, operators, fixesPerSecond, lagMs].every(isNumber) &&
    typeof draining === 'boolean'
  );
}

function isArrayOf(value: unknown, is: (element: Json) => boolean): boolean {
  return Array.isArray(value) && value.every((element) => isObject(element) && is(element));
}

function isWithin(value: unknown, most: number): value is number {
  return isNumber(value) && Math.abs(value) <= most;
}
