// What makes a rider frown although no place is wrong: a car that lurches, that creeps at a red light, that fades in
// and out, or that is guessed most of the time.

import type { Pose } from '@tripcast/rider-web/glide';
import type { Row } from '../result.ts';
import { metresApart } from '../truth/plane.ts';
import type { TruthTrack } from '../truth/truth-track.ts';

/** Speeds are compared over this time, ms: an acceleration that lasts shorter is not seen. */
const WINDOW_MS = 500;
/** More than a hard braking, m/s². */
const SPIKE = 5;
/** A car counts as parked when it has stood for so long, ms: the glide may take a moment to stop, too. */
const PARKED_AFTER_MS = 6_000;

interface Speed {
  nowMs: number;
  mps: number;
}

export class Smoothness {
  #spikes = 0;
  #speeds = 0;
  #parkedLooks = 0;
  #creptMetres = 0;
  #looks = 0;
  #fades = 0;
  #guessed = 0;

  /** The looks at one ride, in their order. */
  ride(truth: TruthTrack): { look(pose: Pose, nowMs: number): void } {
    let window: { pose: Pose; nowMs: number } | undefined;
    let speed: Speed | undefined;
    let previous: Pose | undefined;
    return {
      look: (pose, nowMs) => {
        this.#looks++;
        if (pose.kind === 'extrapolated') this.#guessed++;
        if (pose.opacity < 1 && (previous?.opacity ?? 1) === 1) this.#fades++;
        const isWhole = pose.opacity === 1 && previous?.opacity === 1;
        const fromMs = nowMs - PARKED_AFTER_MS;
        if (isWhole && truth.at(fromMs) && truth.topSpeed(fromMs, nowMs) === 0) {
          this.#parkedLooks++;
          this.#creptMetres += metresApart(previous!, pose);
        }
        previous = pose;
        if (!isWhole) {
          window = undefined;
          speed = undefined;
        } else if (!window) {
          window = { pose, nowMs };
        } else if (nowMs - window.nowMs >= WINDOW_MS) {
          const next = { nowMs, mps: metresApart(window.pose, pose) / ((nowMs - window.nowMs) / 1_000) };
          if (speed) this.#compare(speed, next);
          speed = next;
          window = { pose, nowMs };
        }
      },
    };
  }

  /** @param lookMs between two looks */
  rows(lookMs: number): Row[] {
    const minutes = (this.#looks * lookMs) / 60_000;
    const parkedMinutes = (this.#parkedLooks * lookMs) / 60_000;
    const row = (id: string, title: string, value: number | null, unit: Row['unit']): Row => ({
      id: `truth.${id}`,
      group: 'truth',
      title,
      value,
      unit,
    });
    return [
      row('speedSpikes', `Speed changes above ${SPIKE} m/s²`, share(this.#spikes, this.#speeds), '%'),
      row(
        'creeping',
        'Moved per minute while parked',
        parkedMinutes > 0 ? this.#creptMetres / parkedMinutes : null,
        'm',
      ),
      row('fades', 'Fades in ten minutes', minutes > 0 ? (10 * this.#fades) / minutes : null, ''),
      row('guessed', 'Time drawn as extrapolated', share(this.#guessed, this.#looks), '%'),
    ];
  }

  #compare(before: Speed, after: Speed): void {
    this.#speeds++;
    const seconds = (after.nowMs - before.nowMs) / 1_000;
    if (Math.abs(after.mps - before.mps) / seconds > SPIKE) this.#spikes++;
  }
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? (100 * part) / whole : null;
}
