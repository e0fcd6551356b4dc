// What the scorecard and its load processes tell each other, over Node's channel between parent and child.

import type { NamedFaults } from '@tripcast/driver-sim';
import type { TallyText } from '../grade/tally.ts';
import type { WorstRider } from '../result.ts';

/** What one load process has to do. */
export interface LoadOrder {
  scenario: string;
  scale: number;
  seed: number;
  /** What drivers suffer beside what the scenario has. */
  faults: NamedFaults[];
  /** Origins of the nodes. */
  urls: string[];
  secret: string;
  /** Vehicles `first` to before `first + count`, and all riders whose trips they drive. */
  first: number;
  count: number;
  /** Of the riders, so many look at their pages, 0 to 1; the others are asked at the end what they were given. */
  lookingShare: number;
  /** How long one can look back into the truth, ms. */
  truthKeptMs: number;
  /** Within this time all vehicles and riders come, ms. */
  arrivalMs: number;
}

export type ToLoad =
  | { type: 'begin'; order: LoadOrder }
  /** From now on it counts. */
  | { type: 'measure'; startMs: number }
  /** Who follows now should be live again soon after `sinceMs`. */
  | { type: 'fault'; sinceMs: number }
  | { type: 'storm' }
  /** Asks how many riders wait to be live again. */
  | { type: 'pending' }
  /** Nothing is measured by phones any more; what is on its way may arrive until `untilMs`. */
  | { type: 'settle'; untilMs: number }
  /** Count, and tell. */
  | { type: 'report' };

export type FromLoad =
  /** Everybody has come. */
  | { type: 'ready' }
  /** How many riders wait to be live again. */
  | { type: 'pending'; riders: number }
  | { type: 'settled' }
  | { type: 'report'; report: LoadReport }
  | { type: 'problem'; text: string };

export interface LoadReport {
  tally: TallyText;
  worst: WorstMinute | undefined;
  /** Riders that were followed at the end. */
  riders: number;
  memory: LoadMemory;
}

/** What a load process held, bytes: with the world alone, with all its drivers, with all its riders too. */
export interface LoadMemory {
  world: number;
  drivers: number;
  riders: number;
}

/** A rider's worst stretch of time; moments are ms since the Unix epoch. */
export interface WorstMinute extends WorstRider {
  badness: number;
}
