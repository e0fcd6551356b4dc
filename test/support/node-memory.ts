import { setTimeout as pause } from 'node:timers/promises';
import { rest } from './rest-client.ts';

/** What a node holds, at its least: what is above that at any moment waits for the collector. */
export interface Held {
  /** Bytes. */
  heap: number;
  resident: number;
  files: number;
}

/** For a node's `NODE_OPTIONS`: so little room that the collector leaves nothing lying about, and a leak ends the process. */
export const TIGHT_HEAP = '--max-old-space-size=64 --max-semi-space-size=1';

const SAMPLES = 20;
const SAMPLE_EVERY_MS = 50;
const NAMES = {
  heap: 'nodejs_heap_size_used_bytes',
  resident: 'process_resident_memory_bytes',
  files: 'process_open_fds',
} as const;

/** The least of some measurements, over a second. */
export async function heldBy(url: string): Promise<Held> {
  const least: Held = { heap: Infinity, resident: Infinity, files: Infinity };
  for (let sample = 0; sample < SAMPLES; sample++) {
    const { body } = await rest<string>(url, '/metrics');
    for (const [key, name] of Object.entries(NAMES) as [keyof Held, string][]) {
      const value = Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]);
      least[key] = Math.min(least[key], value);
    }
    await pause(SAMPLE_EVERY_MS); // between two measurements
  }
  return least;
}
