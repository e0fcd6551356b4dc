// The one animation frame loop of a page, outside React. It runs while somebody listens, and time is all it gives:
// what is shown is a function of it, so a hidden tab, which gets no frames, is right again with its first one.

export interface FramePlatform {
  requestAnimationFrame(callback: (timestampMs: number) => void): number;
  cancelAnimationFrame(handle: number): void;
  /** ms on the timestamps' own scale. */
  performanceNow(): number;
  /** ms since the Unix epoch. */
  now(): number;
  /** Asked each frame: steps of a second instead of a glide. */
  prefersReducedMotion(): boolean;
}

export type FrameListener = (nowMs: number) => void;

const REDUCED_STEP_MS = 1_000;

export class FrameLoop {
  readonly #platform: FramePlatform;
  readonly #listeners = new Set<FrameListener>();
  #handle: number | undefined;
  #lastStep = 0;

  constructor(platform: FramePlatform = browserFrames()) {
    this.#platform = platform;
  }

  /** Calls `listener` before each paint with the time of that frame, ms since the Unix epoch, until it is stopped. */
  onFrame(listener: FrameListener): () => void {
    this.#listeners.add(listener);
    this.#lastStep = 0; // a new listener is drawn at once, in steps too
    this.#handle ??= this.#platform.requestAnimationFrame(this.#onFrame);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Stops until there is a new listener. May be called twice. */
  close(): void {
    if (this.#handle !== undefined) this.#platform.cancelAnimationFrame(this.#handle);
    this.#handle = undefined;
  }

  readonly #onFrame = (timestampMs: number): void => {
    this.#handle = this.#platform.requestAnimationFrame(this.#onFrame);
    // The frame's own time, not this moment's: it is evenly spaced, whatever else the frame had to do before.
    const nowMs = this.#platform.now() - Math.max(0, this.#platform.performanceNow() - timestampMs);
    if (this.#platform.prefersReducedMotion()) {
      const step = Math.floor(nowMs / REDUCED_STEP_MS);
      if (step === this.#lastStep) return;
      this.#lastStep = step;
    }
    for (const listener of this.#listeners) listener(nowMs);
  };
}

function browserFrames(): FramePlatform {
  const reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)');
  return {
    requestAnimationFrame: (callback) => window.requestAnimationFrame(callback),
    cancelAnimationFrame: (handle) => window.cancelAnimationFrame(handle),
    performanceNow: () => performance.now(),
    now: () => Date.now(),
    prefersReducedMotion: () => reducedMotion.matches,
  };
}
