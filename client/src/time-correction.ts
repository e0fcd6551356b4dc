// What is added to a fix's time when the device's clock is off by more than 2 s.
//
// Only a time that was read off the device's clock is wrong with it: some receivers give the satellites' time whatever
// the device's clock says, and to correct that would spoil it. A fix is never measured after it was given to us, so
// the lead of its time over the device's clock is at most about 0 if it was read there, and about the offset if not.

import { TIMING } from '@tripcast/protocol';
import type { OffsetEstimate } from './clock-offset.ts';

export class TimeCorrection {
  #correctionMs = 0;
  #offset: OffsetEstimate | undefined;
  /** The greatest that a fix's time was ahead of the device's clock, ms; mostly negative. */
  #leadMs = -Infinity;

  /**
   * What to add to the time of a fix that the app gave at `nowMs`. It changes only when the clock's offset moved by
   * more than the tolerance: small changes of the estimate must not shift one fix against the next.
   * @param time as the app gave it, ms
   * @param nowMs the device's clock
   */
  forFix(time: number, nowMs: number): number {
    this.#leadMs = Math.max(this.#leadMs, time - nowMs);
    this.#decide();
    return this.#correctionMs;
  }

  /** A new estimate of the offset. @returns the correction from now on, ms */
  measured(offset: OffsetEstimate): number {
    const before = this.#offset?.offsetMs ?? offset.offsetMs;
    if (Math.abs(offset.offsetMs - before) > TIMING.clockToleranceMs) this.#leadMs = -Infinity; // a clock was set
    this.#offset = offset;
    this.#decide();
    return this.#correctionMs;
  }

  #decide(): void {
    if (!this.#offset || this.#leadMs === -Infinity) return;
    const { offsetMs, uncertaintyMs } = this.#offset;
    const isDeviceTime = Math.abs(this.#leadMs) <= Math.abs(this.#leadMs - offsetMs);
    const isOff = Math.abs(offsetMs) > Math.max(TIMING.clockToleranceMs, uncertaintyMs);
    const neededMs = isDeviceTime && isOff ? Math.round(offsetMs) : 0;
    const isStillRight = isDeviceTime && Math.abs(offsetMs - this.#correctionMs) <= TIMING.clockToleranceMs;
    if (!isStillRight) this.#correctionMs = neededMs;
  }
}
