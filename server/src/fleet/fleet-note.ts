// What nodes tell each other so that operators see the fleet, as JSON text. To all on one channel: what a node's operators
// look at and for. To one node, on a channel of its own: the answers, and vehicles in bytes (`fleet-report.ts`).

import type { FleetNode, FoundVehicle } from '@tripcast/protocol';
import { parseObject } from '@tripcast/protocol';
import type { Channel } from '../bus/live-bus.ts';
import { type Cell, isCell } from './cells.ts';

/** To all nodes. `node` is who asks. */
export type FleetQuestion =
  | {
      type: 'interest';
      node: string;
      /** Tell it of vehicles in these cells, whenever something of them changes. */
      cells: Cell[];
      /** Of those in these cells tell it once more what has not changed. */
      fresh: Cell[];
      /** Tell it how many vehicles are where. */
      summaries: boolean;
    }
  | { type: 'find'; node: string; ask: number; text: string };

/** How many vehicles of a node are in a cell, and where on average, degrees. */
export interface CellSummary {
  cell: Cell;
  online: number;
  onTrip: number;
  latitude: number;
  longitude: number;
}

/** To the node that has asked. */
export type FleetAnswer =
  | { type: 'node'; node: FleetNode; summaries?: CellSummary[] }
  | { type: 'found'; ask: number; vehicles: FoundVehicle[] };

/** What nodes say to all others. */
export const FLEET_CHANNEL: Channel = 'fleet:{all}';

/** What is said to one node alone. */
export function fleetChannelOf(node: string): Channel {
  return `fleet:{to-${node}}`;
}

/** An operator's interest ends when it was not repeated for this long, ms. */
export const INTEREST_LASTS_MS = 6_000;
export const INTEREST_EVERY_MS = 2_000;

const decoder = new TextDecoder();

/** The question in a message; `undefined` for what no node of ours, or only a newer one, has sent. */
export function readFleetQuestion(message: Uint8Array): FleetQuestion | undefined {
  const note = parseObject(decoder.decode(message));
  if (typeof note?.node !== 'string') return undefined;
  switch (note.type) {
    case 'interest':
      return [note.cells, note.fresh].every(areCells) ? (note as unknown as FleetQuestion) : undefined;
    case 'find':
      return typeof note.text === 'string' && typeof note.ask === 'number'
        ? (note as unknown as FleetQuestion)
        : undefined;
    default:
      return undefined;
  }
}

/** The answer in a message of JSON; `undefined` for what no node of ours, or only a newer one, has sent. */
export function readFleetAnswer(message: Uint8Array): FleetAnswer | undefined {
  const note = parseObject(decoder.decode(message));
  if (note?.type === 'node') {
    const { id } = (note.node ?? {}) as { id?: unknown };
    return typeof id === 'string' ? (note as unknown as FleetAnswer) : undefined;
  }
  if (note?.type === 'found')
    return Array.isArray(note.vehicles) ? (note as unknown as FleetAnswer) : undefined;
  return undefined;
}

function areCells(value: unknown): boolean {
  return Array.isArray(value) && value.every(isCell);
}
