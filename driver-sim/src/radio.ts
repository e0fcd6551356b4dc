// How a measured fix leaves the phone: when, if at all. Pure; the sender keeps what is on its way.

import type { Fix } from '@tripcast/protocol';
import { type Random, uniform } from './random.ts';

export interface RadioConditions {
  /** From measurement until the app has the fix, ms. */
  delayMs: { least: number; most: number };
}

export const CLEAR_RADIO: RadioConditions = { delayMs: { least: 20, most: 80 } };

export interface Delivery {
  fix: Fix;
  /** When the app has it, ms since the Unix epoch. */
  atMs: number;
}

/** What becomes of a fix under these conditions. */
export function transmit(fix: Fix, conditions: RadioConditions, random: Random): Delivery {
  return { fix, atMs: fix.time + uniform(random, conditions.delayMs.least, conditions.delayMs.most) };
}
