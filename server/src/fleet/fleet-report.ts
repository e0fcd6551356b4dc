// Vehicles, as the node that has their drivers tells them to a node whose operators look at them, little-endian:
//   u8 0x31 · u8 length · the node's name · then for each vehicle
//   u8 flags (bit 0: online, bit 1: facts follow) · u48 session · u48 since · 20 bytes fix · u8 length · id
//   · u16 length · facts (JSON text), where the flag says so
// Each says all that must not be missed: a message that is lost is made good by the vehicle's next.

import { FIX_BYTES, isVehicleId, type VehicleId } from '@tripcast/protocol';

/** What one vehicle is said to be. */
export interface VehicleReport {
  id: VehicleId;
  /** Whoever has a greater one knows better. ms since the Unix epoch, about. */
  session: number;
  online: boolean;
  /** When it became so, ms since the Unix epoch. */
  since: number;
  /** 20 bytes. */
  fix: Uint8Array;
  /** JSON text of an object (`VehicleFacts`); `undefined`: as they were. */
  facts: string | undefined;
}

/** Tells reports from JSON text, which begins with 0x7b. */
const REPORTS = 0x31;
const ONLINE = 0b01;
const HAS_FACTS = 0b10;
const HEAD_BYTES = 1 + 6 + 6 + FIX_BYTES + 1;
const U32 = 0x1_0000_0000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function writeReports(node: string, reports: readonly VehicleReport[]): Uint8Array {
  const name = encoder.encode(node);
  const parts: Uint8Array[] = [Uint8Array.of(REPORTS, name.length), name];
  for (const { id, session, online, since, fix, facts } of reports) {
    const head = new Uint8Array(HEAD_BYTES);
    const view = new DataView(head.buffer);
    view.setUint8(0, (online ? ONLINE : 0) | (facts === undefined ? 0 : HAS_FACTS));
    writeTime(view, 1, session);
    writeTime(view, 7, since);
    head.set(fix, 13);
    view.setUint8(HEAD_BYTES - 1, id.length);
    parts.push(head, encoder.encode(id));
    if (facts === undefined) continue;
    const text = encoder.encode(facts);
    parts.push(Uint8Array.of(text.length & 0xff, text.length >> 8), text);
  }
  return Buffer.concat(parts);
}

/** `undefined` for anything else, cut messages included. Fixes are copies. */
export function readReports(message: Uint8Array): { node: string; reports: VehicleReport[] } | undefined {
  if (message[0] !== REPORTS) return undefined;
  const bytes = new Reader(message.subarray(1));
  try {
    const node = bytes.text(bytes.u8());
    const reports: VehicleReport[] = [];
    while (!bytes.isAtEnd) {
      const report = readReport(bytes);
      if (!isVehicleId(report.id)) return undefined;
      reports.push(report);
    }
    return { node, reports };
  } catch (error) {
    if (error instanceof RangeError) return undefined; // it was cut
    throw error;
  }
}

function readReport(bytes: Reader): VehicleReport {
  const flags = bytes.u8();
  const [session, since] = [bytes.u48(), bytes.u48()];
  const fix = new Uint8Array(bytes.take(FIX_BYTES)); // a Buffer's `slice` would be no copy
  const id = bytes.text(bytes.u8()) as VehicleId;
  const facts = (flags & HAS_FACTS) === 0 ? undefined : bytes.text(bytes.u16());
  return { id, session, online: (flags & ONLINE) !== 0, since, fix, facts };
}

/** Takes bytes from the front. Whatever is not there throws a RangeError. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.byteLength;
  }

  u8(): number {
    return this.#view.getUint8(this.#pass(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#pass(2), true);
  }

  u48(): number {
    const at = this.#pass(6);
    return this.#view.getUint32(at, true) + this.#view.getUint16(at + 4, true) * U32;
  }

  take(count: number): Uint8Array {
    const at = this.#pass(count);
    return this.#bytes.subarray(at, at + count);
  }

  text(count: number): string {
    return decoder.decode(this.take(count));
  }

  #pass(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.byteLength) throw new RangeError('the message was cut');
    this.#at += count;
    return at;
  }
}

function writeTime(view: DataView, at: number, time: number): void {
  view.setUint32(at, time % U32, true);
  view.setUint16(at + 4, Math.floor(time / U32), true);
}
