import { hasEnded } from '@tripcast/protocol';
import type { TripFacts } from '../trips/trip-facts.ts';
import type { Words } from './english.ts';

/**
 * The trip as a sentence or two for a screen reader. It changes with the status, with the connection and when the
 * estimate passes a milestone, not every second.
 */
export function announcement(words: Words, { trip, truth, etaMs, clockOffsetMs }: TripFacts): string {
  if (!trip) return words.connection(truth, clockOffsetMs);
  const sentences: string[] = [words.status(trip.status)];
  if (!hasEnded(trip.status) && trip.status !== 'ARRIVED_AT_PICKUP' && etaMs !== undefined) {
    sentences.push(words.eta(milestoneMs(etaMs)));
  }
  if (truth.kind !== 'live' && truth.kind !== 'ended') sentences.push(words.connection(truth, clockOffsetMs));
  return sentences.map((sentence) => (/[.…]$/.test(sentence) ? sentence : `${sentence}.`)).join(' ');
}

const MINUTE_MS = 60_000;

/** Every minute of the last three, then every five, then every fifteen. */
function milestoneMs(etaMs: number): number {
  const minutes = Math.round(etaMs / MINUTE_MS);
  const step = minutes <= 3 ? 1 : minutes <= 20 ? 5 : 15;
  return Math.ceil(minutes / step) * step * MINUTE_MS;
}
