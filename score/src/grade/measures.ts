// What is measured, each under one name: distributions (HDR histograms) and counts.

import type { Unit } from '../result.ts';

/** Distributions. Values are given in their unit and kept to a thousandth of it. */
export const MEASURES = {
  errorShown: { title: 'Error at the moment that is shown', unit: 'm' },
  errorShownRaw: { title: 'The same of the raw marker', unit: 'm' },
  errorShownLerp: { title: 'The same of a naive lerp', unit: 'm' },
  errorNow: { title: 'Error against where the car is now', unit: 'm' },
  errorNowRaw: { title: 'The same of the raw marker', unit: 'm' },
  errorNowLerp: { title: 'The same of a naive lerp', unit: 'm' },
  offStreet: { title: 'Distance off the street', unit: 'm' },
  headingError: { title: 'Heading error of a moving car', unit: '°' },
  displayDelay: { title: 'Display delay', unit: 'ms' },
  jump: { title: 'Jumps that nothing explains', unit: 'm' },
  backward: { title: 'Moves backward', unit: 'm' },
  latency: { title: "From the driver's first write to the follower's callback", unit: 'ms' },
  ageOnArrival: { title: 'Age of a live fix when the follower has it', unit: 'ms' },
  liveAgain: { title: 'From a fault to live again', unit: 'ms' },
} as const satisfies Record<string, { title: string; unit: Unit }>;

export type MeasureId = keyof typeof MEASURES;

/** Counts; those ending in `Ms` are sums of durations. */
export const COUNTS = [
  'riders',
  'ridersGraded',
  'looks',
  'lateLooks',
  'lookedMs',
  'notLiveMs',
  'wronglyLiveMs',
  'unexplainedJumps',
  'backwardMoves',
  'neverLiveAgain',
  'produced',
  'dropped',
  'outOfOrder',
  'refused',
  'lostWithPhone',
  'acknowledged',
  'stored',
  'due',
  'delivered',
  'acknowledgedNotStored',
  'notAcknowledged',
  'holes',
  'late',
  'duplicates',
  'tripEvents',
  'tripEventsLost',
  'fixesReceived',
  'riderBytes',
  'riderMs',
] as const;

export type CountId = (typeof COUNTS)[number];
