import { hasEnded } from '@tripcast/protocol';
import type { TripFacts } from '../trips/trip-facts.ts';
import type { Reader, Words } from './english.ts';

/**
 * The ride as a sentence or two for a screen reader. It changes with the status, with the kind of connection and when
 * the estimate passes a milestone, not every second.
 */
export function announcement(
  words: Words,
  { trip, truth, eta }: Pick<TripFacts, 'trip' | 'truth' | 'eta'>,
  reader: Reader = 'rider',
): string {
  if (!trip) return words.truth(truth, undefined);
  const sentences: string[] = [words.status(trip.status, reader)];
  if (!hasEnded(trip.status) && trip.status !== 'ARRIVED_AT_PICKUP' && eta) {
    sentences.push(eta.isOverdue ? words.etaOverdue : words.aboutMinutes(milestone(eta.shown.high)));
  }
  if (truth.kind !== 'live' && truth.kind !== 'ended' && truth.kind !== 'notStarted') {
    sentences.push(words.truth(truth, undefined));
  }
  return sentences.map((sentence) => (/[.…]$/.test(sentence) ? sentence : `${sentence}.`)).join(' ');
}

/** Every minute of the last three, then every five, then every fifteen. */
function milestone(minutes: number): number {
  const step = minutes <= 3 ? 1 : minutes <= 20 ? 5 : 15;
  return Math.ceil(minutes / step) * step;
}
