import type { Fix, TripId } from '@tripcast/protocol';
import { decodeFix, FIX_BYTES } from '@tripcast/protocol';
import type { TrackStore } from './track-store.ts';

/** Fixes read at once: 40 kB. */
const PAGE = 2_000;

/** A trip's stored fixes after `since` (ms, exclusive), oldest first. */
export async function readTrack(tracks: TrackStore, id: TripId, since: number): Promise<Fix[]> {
  const fixes: Fix[] = [];
  let after = since;
  for (;;) {
    const page = await tracks.read(id, after, PAGE);
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    for (let offset = 0; offset < page.byteLength; offset += FIX_BYTES) fixes.push(decodeFix(view, offset));
    if (page.byteLength < PAGE * FIX_BYTES) return fixes;
    after = fixes.at(-1)!.time;
  }
}
