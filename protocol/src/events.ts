// Text messages, one JSON object each, told apart by `type`; unknown types are ignored. A union per direction.

import type { RefusalCode } from './fix.ts';
import type { FixEvent } from './fix-json.ts';
import { fixEvent, parseFix } from './fix-json.ts';
import type { Trip } from './trip.ts';

/** Whether the node can keep and pass on fixes now. Heard when that changes, and after `hello` when it can't. */
export interface ServiceEvent {
  type: 'service';
  available: boolean;
}

/** What a driver's device hears. Times are ms since the Unix epoch. */
export type DriverEvent =
  | { type: 'hello'; serverTime: number; pace: { intervalMs: number }; trips: Trip[] }
  /** All that this socket sent up to `time` is stored, refused, or of no trip. */
  | { type: 'ack'; time: number }
  /** Send at this interval from now on. */
  | { type: 'pace'; intervalMs: number }
  /** A trip of this vehicle was created or changed. */
  | { type: 'trip'; trip: Trip }
  /** This fix is not stored and not to be resent. Without `time` when the fix had none. */
  | { type: 'refused'; time?: number; code: RefusalCode; message: string }
  | ServiceEvent;

/** Whether a trip's driver is connected, since when (ms), and how often it sends. */
export interface VehicleState {
  online: boolean;
  time: number;
  paceMs: number;
}

/** What a rider hears. */
export type RiderEvent =
  | {
      type: 'hello';
      serverTime: number;
      trip: Trip;
      vehicle: VehicleState;
      /** The newest stored fix, to show at once; it is not to be counted as received. */
      fix?: FixEvent;
      /** The track was cut: what was measured before this time is not kept. */
      truncatedBefore?: number;
    }
  | { type: 'trip'; trip: Trip }
  | ({ type: 'vehicle' } & VehicleState)
  | ServiceEvent
  | FixEvent;

/** The event that a driver's device received; `undefined` for what is unknown or broken: it is ignored. */
export function parseDriverEvent(text: string): DriverEvent | undefined {
  const event = parseObject(text);
  switch (event?.type) {
    case 'hello':
      if (!isNumber(event.serverTime) || !isObject(event.pace) || !isNumber(event.pace.intervalMs)) return;
      return Array.isArray(event.trips) && event.trips.every(isTrip) ? (event as DriverEvent) : undefined;
    case 'ack':
      return isNumber(event.time) ? (event as DriverEvent) : undefined;
    case 'pace':
      return isNumber(event.intervalMs) ? (event as DriverEvent) : undefined;
    case 'trip':
      return isTrip(event.trip) ? (event as DriverEvent) : undefined;
    case 'refused':
      if (!isOptional(event.time, isNumber)) return;
      return isString(event.code) && isString(event.message) ? (event as DriverEvent) : undefined;
    case 'service':
      return typeof event.available === 'boolean' ? (event as DriverEvent) : undefined;
    default:
      return undefined;
  }
}

/** The event that a rider received; `undefined` for what is unknown or broken: it is ignored. */
export function parseRiderEvent(text: string): RiderEvent | undefined {
  const event = parseObject(text);
  switch (event?.type) {
    case 'hello':
      return parseRiderHello(event);
    case 'trip':
      return isTrip(event.trip) ? (event as RiderEvent) : undefined;
    case 'vehicle':
      return isVehicleState(event) ? (event as unknown as RiderEvent) : undefined;
    case 'service':
      return typeof event.available === 'boolean' ? (event as RiderEvent) : undefined;
    case 'fix': {
      const fix = parseFix(event);
      return fix && fixEvent(fix);
    }
    default:
      return undefined;
  }
}

function parseRiderHello(hello: Json): RiderEvent | undefined {
  const { fix, ...others } = hello;
  if (!isNumber(hello.serverTime) || !isTrip(hello.trip) || !isVehicleState(hello.vehicle)) return;
  if (!isOptional(hello.truncatedBefore, isNumber)) return;
  if (fix === undefined) return others as unknown as RiderEvent;
  const newest = isObject(fix) ? parseFix(fix) : undefined;
  return newest && ({ ...others, fix: fixEvent(newest) } as unknown as RiderEvent);
}

export type Json = { type?: unknown; [field: string]: unknown };

/** The JSON object that a text message holds; `undefined` when it holds none. */
export function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // bad JSON from the network is expected; the caller decides what it means
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** False for 1e999 too, which JSON's grammar allows. */
export function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

export function isOptional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function isVehicleState(value: unknown): boolean {
  return (
    isObject(value) && typeof value.online === 'boolean' && isNumber(value.time) && isNumber(value.paceMs)
  );
}

/** Whether every field that `Trip` promises is there and of its type. Any status is one: clients tolerate new ones. */
function isTrip(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, vehicleId, status, version, createdAt, updatedAt } = value;
  return (
    [id, vehicleId, status].every(isString) &&
    [version, createdAt, updatedAt].every(isNumber) &&
    [value.pickup, value.dropoff].every(isPlace) &&
    isOptional(value.route, isString) &&
    isOptional(value.vehicle, isObject) &&
    [value.eta, value.startedAt, value.endedAt].every((time) => isOptional(time, isNumber))
  );
}

function isPlace(value: unknown): boolean {
  return isObject(value) && isNumber(value.latitude) && isNumber(value.longitude);
}
