// Text messages, one JSON object each, told apart by `type`; unknown types are ignored. A union per direction.

import type { RefusalCode } from './fix.ts';
import type { FixEvent } from './fix-json.ts';
import { parseFix } from './fix-json.ts';
import type { Trip } from './trip.ts';

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
  | { type: 'refused'; time?: number; code: RefusalCode; message: string };

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
      return typeof event.code === 'string' ? (event as DriverEvent) : undefined;
    default:
      return undefined;
  }
}

/** The event that a rider received; `undefined` for what is unknown or broken: it is ignored. */
export function parseRiderEvent(text: string): RiderEvent | undefined {
  const event = parseObject(text);
  switch (event?.type) {
    case 'hello':
      if (!isNumber(event.serverTime) || !isTrip(event.trip) || !isVehicleState(event.vehicle)) return;
      if (event.fix !== undefined && !(isObject(event.fix) && parseFix(event.fix))) return;
      return event as unknown as RiderEvent;
    case 'trip':
      return isTrip(event.trip) ? (event as RiderEvent) : undefined;
    case 'vehicle':
      return isVehicleState(event) ? (event as unknown as RiderEvent) : undefined;
    case 'fix': {
      const fix = parseFix(event);
      return fix && { type: 'fix', ...fix };
    }
    default:
      return undefined;
  }
}

type Json = { type?: unknown; [field: string]: unknown };

/** The JSON object that a text message holds; `undefined` when it holds none. */
export function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // bad JSON from the network is expected; the caller decides what it means
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isVehicleState(value: unknown): boolean {
  return (
    isObject(value) && typeof value.online === 'boolean' && isNumber(value.time) && isNumber(value.paceMs)
  );
}

function isTrip(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.status === 'string' &&
    isNumber(value.version)
  );
}
