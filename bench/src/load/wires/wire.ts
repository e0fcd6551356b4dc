import { frameOf, OPCODE } from '@tripcast/driver-sim/sockets';
import type { Request } from '../connection.ts';

/** One end of a trip, as the wire's reader speaks with it. */
export interface Party {
  readonly isDriver: boolean;
  readonly trip: number;
  /** What has not come whole, where messages don't keep to frames. */
  remainder: Buffer | undefined;
  send(frame: Buffer): void;
  /** The server has said that it is in: what is sent from now on comes. */
  ready(): void;
  /** A position came (at a rider). */
  received(time: number): void;
  /** Everything up to `time` is stored (at a driver). */
  acknowledged(time: number): void;
}

/** A whole frame that a driver sends again and again, with another time in it. */
export interface PositionFrame {
  readonly frame: Buffer;
  /** @param time ms since the Unix epoch */
  stamp(time: number): void;
}

/** What a system's clients say and hear. */
export interface Wire {
  /** Has what trips need before anybody connects, `first` to `first + count - 1`. */
  prepare?(first: number, count: number): Promise<void>;
  driver(trip: number): Request;
  rider(trip: number): Request;
  position(trip: number): PositionFrame;
  heard(party: Party, isText: boolean, bytes: Buffer, start: number, end: number): void;
  /** The frames in which a device sends `count` positions at once that it has kept; a millisecond apart, from now on. */
  history?(trip: number, count: number): Buffer[];
}

export function textFrame(text: string): Buffer {
  return frameOf(OPCODE.text, Buffer.from(text));
}

export function tripName(trip: number): string {
  return `trip-${String(trip).padStart(6, '0')}`;
}

export function vehicleName(trip: number): string {
  return `car-${String(trip).padStart(6, '0')}`;
}

/** Where trips begin: somewhere else each, within a city, with five decimals: so JSON is equally long for all. */
export function placeOf(trip: number): { latitude: number; longitude: number } {
  const place = (base: number, nth: number) => Number((base - (nth % 100) / 1_000).toFixed(5));
  return { latitude: place(-34.90001, trip), longitude: place(-56.18001, Math.floor(trip / 100)) };
}
