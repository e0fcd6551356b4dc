import type { Fix, TripId } from '@tripcast/protocol';
import { decodeFix, FIX_BYTES } from '@tripcast/protocol';
import type { TrackStore } from './track-store.ts';

/** Fixes read at once: 40 kB, whose text takes some milliseconds to write. */
const PAGE = 2_000;

/**
 * A trip's stored fixes after `since` (ms, exclusive), oldest first, page by page, with a turn of the event loop for others
 * before each. One page at the least, be it empty; `undefined`, and nothing more, when `mayRead` says so of the next one.
 */
export async function* readTrack(
  tracks: TrackStore,
  id: TripId,
  since: number,
  mayRead: () => boolean,
): AsyncGenerator<Fix[] | undefined> {
  let after = since;
  for (;;) {
    if (!mayRead()) {
      yield undefined;
      return;
    }
    await new Promise(setImmediate);
    const page = await tracks.read(id, after, PAGE);
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    const fixes: Fix[] = [];
    for (let offset = 0; offset < page.byteLength; offset += FIX_BYTES) fixes.push(decodeFix(view, offset));
    yield fixes;
    if (page.byteLength < PAGE * FIX_BYTES) return;
    after = fixes.at(-1)!.time;
  }
}
