// Reads the golden vectors of `protocol/fixtures`, which tests of any package may use.

import { readdirSync, readFileSync } from 'node:fs';
import type { Coordinates, Fix, RefusalCode } from '../src/index.ts';

/** What one file holds; `protocol/fixtures/README.md` explains the fields. */
export type Fixture =
  | { kind: 'fix'; fix: Fix; bytes: string; decoded?: Fix }
  | { kind: 'refusal'; bytes: string; nowMs: number; refusal: RefusalCode }
  | { kind: 'accepted'; bytes: string; nowMs: number }
  | { kind: 'message'; bytes: string; fixes?: Fix[] }
  | { kind: 'json-fix'; text: string; fix?: Fix; field?: string }
  | { kind: 'driver-event' | 'rider-event'; text: string; event?: object }
  | { kind: 'offer'; header: string; subprotocol: string | null; token: string | null }
  | { kind: 'ids'; ids: string[] }
  | { kind: 'transitions'; transitions: [from: string, to: string][] }
  | { kind: 'close-codes'; codes: { code: number; client: string }[] }
  | { kind: 'polyline'; polyline: string; points?: Coordinates[] };

const folder = new URL('../fixtures/', import.meta.url);

/** Every fixture by its title: the file's name without `.json`. */
export const fixtures: ReadonlyMap<string, Fixture> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => [file.replace(/\.json$/, ''), JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]),
);

/** `'10 ff …'` as bytes. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(' ').filter(Boolean), (byte) => Number.parseInt(byte, 16));
}

/** Bytes as `'10 ff …'`. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
