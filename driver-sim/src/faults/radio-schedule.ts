// Faults of the radio in their time: sets a link's conditions as episodes begin and end.

import type { Clock, Timer } from '@tripcast/client';
import { type Random, randomFrom } from '../random.ts';
import { conditionsUnder, type RadioFault } from './radio-conditions.ts';
import type { RadioLink } from './radio-proxy.ts';
import { type Episode, episodesOf } from './when.ts';

export interface RadioScheduleOptions {
  link: Pick<RadioLink, 'setConditions' | 'cut' | 'forget'>;
  faults: readonly RadioFault[];
  clock: Clock;
  /** One number is drawn, whatever the faults. */
  random: Random;
  /** What the faults' times count from, ms since the Unix epoch. */
  startMs: number;
}

/** Longer waits are made of several: a timer holds no more than 2³¹ ms. */
const LONGEST_WAIT_MS = 3_600_000;

/** Plays the faults on the link until the returned function is called; it leaves the conditions as they are. */
export function playRadioFaults(options: RadioScheduleOptions): () => void {
  const { link, faults, clock, random, startMs } = options;
  const seed = random();
  const active = new Set<RadioFault>();
  const timers = new Map<RadioFault, Timer>();

  function at(fault: RadioFault, ms: number, then: () => void): void {
    const waitMs = startMs + ms - clock.now();
    if (waitMs <= 0) then();
    else if (waitMs < Number.POSITIVE_INFINITY) {
      const isNear = waitMs <= LONGEST_WAIT_MS;
      const next = isNear ? then : () => at(fault, ms, then);
      timers.set(fault, clock.setTimeout(next, isNear ? waitMs : LONGEST_WAIT_MS));
    }
  }

  function play(fault: RadioFault, episodes: Iterator<Episode, void>): void {
    const episode = episodes.next();
    if (episode.done) return;
    const { fromMs, untilMs } = episode.value;
    at(fault, fromMs, () => {
      if (fault.kind === 'cut') link.cut();
      else if (fault.kind === 'half-open') link.forget();
      else {
        active.add(fault);
        link.setConditions(conditionsUnder([...active]));
      }
      at(fault, untilMs, () => {
        if (active.delete(fault)) link.setConditions(conditionsUnder([...active]));
        play(fault, episodes);
      });
    });
  }

  link.setConditions(conditionsUnder([]));
  const seen = new Map<string, number>();
  for (const fault of faults) {
    const nth = seen.get(fault.kind) ?? 0;
    seen.set(fault.kind, nth + 1);
    play(fault, episodesOf(fault.when ?? {}, randomFrom(seed, fault.kind, nth)));
  }
  return () => {
    for (const timer of timers.values()) clock.clearTimeout(timer);
  };
}
