// Keeps the worst minute of what riders were shown, with what was true and what was measured: the picture of the report.

import type { Fix } from '@tripcast/protocol';
import type { Pose } from '@tripcast/rider-web/glide';
import type { MeasuredSample, ShownSample } from '../result.ts';
import type { TruthTrack } from '../truth/truth-track.ts';
import type { WorstMinute } from './load-message.ts';

const WINDOW_MS = 60_000;
/** A minute of which less was graded says nothing. */
const LEAST_GRADED = 100;
/** Between two samples of the truth, ms. */
const TRUTH_EVERY_MS = 200;

/** Of all windows of one process, the worst. */
export class WorstKeeper {
  worst: WorstMinute | undefined;

  offer(minute: WorstMinute): void {
    if (!this.worst || minute.badness > this.worst.badness) this.worst = minute;
  }
}

/** One rider's present minute. */
export class WorstWindow {
  readonly #keeper: WorstKeeper;
  readonly #rider: number;
  readonly #vehicleId: string;
  readonly #truth: TruthTrack;
  #tripId = '';
  #route: string | undefined;
  #fromMs: number | undefined;
  #shown: ShownSample[] = [];
  #measured: MeasuredSample[] = [];
  #squares = 0;
  #graded = 0;

  constructor(keeper: WorstKeeper, rider: number, vehicleId: string, truth: TruthTrack) {
    this.#keeper = keeper;
    this.#rider = rider;
    this.#vehicleId = vehicleId;
    this.#truth = truth;
  }

  begin(tripId: string): void {
    this.#restart(undefined);
    this.#tripId = tripId;
    this.#route = undefined;
  }

  heardRoute(route: string | undefined): void {
    this.#route = route;
  }

  received({ time, latitude, longitude, accuracy }: Fix, receivedMs: number): void {
    this.#measured.push({
      atMs: time,
      receivedMs,
      latitude,
      longitude,
      ...(accuracy !== undefined && { accuracy }),
    });
  }

  /** @param errorMetres of this look; `undefined` when it was not graded */
  look(nowMs: number, pose: Pose | undefined, errorMetres: number | undefined): void {
    this.#fromMs ??= nowMs;
    if (pose) {
      const { latitude, longitude, heading, kind, opacity, shownTime } = pose;
      this.#shown.push({ atMs: nowMs, shownMs: shownTime, latitude, longitude, heading, kind, opacity });
    }
    if (errorMetres !== undefined) {
      this.#squares += errorMetres ** 2;
      this.#graded++;
    }
    if (nowMs - this.#fromMs >= WINDOW_MS) this.close(nowMs);
  }

  /** The present minute ends now. */
  close(nowMs: number): void {
    const fromMs = this.#fromMs;
    if (fromMs === undefined) return;
    const rms = Math.sqrt(this.#squares / this.#graded);
    if (this.#graded >= LEAST_GRADED && !(this.#keeper.worst && this.#keeper.worst.badness >= rms)) {
      this.#keeper.offer({
        badness: rms,
        tripId: this.#tripId,
        vehicleId: this.#vehicleId,
        rider: this.#rider,
        why: `the largest error of all minutes whose pictures were kept: ${rms.toFixed(1)} m (root mean square)`,
        truth: this.#truthBetween(fromMs, nowMs),
        measured: this.#measured,
        shown: this.#shown,
        ...(this.#route !== undefined && { route: this.#route }),
      });
    }
    this.#restart(nowMs);
  }

  #truthBetween(fromMs: number, untilMs: number): WorstMinute['truth'] {
    const samples: WorstMinute['truth'] = [];
    for (let atMs = fromMs; atMs <= untilMs; atMs += TRUTH_EVERY_MS) {
      const state = this.#truth.at(atMs);
      if (!state) continue;
      const { latitude, longitude, heading } = state;
      samples.push({ atMs, latitude, longitude, heading });
    }
    return samples;
  }

  #restart(fromMs: number | undefined): void {
    this.#fromMs = fromMs;
    this.#shown = [];
    this.#measured = [];
    this.#squares = 0;
    this.#graded = 0;
  }
}
