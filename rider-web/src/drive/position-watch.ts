// What the phone measures: the browser's watch, and a question of our own when a phone that stands still says nothing.

import type { Clock, Fix, Timer } from '@tripcast/client';
import { fixOf } from './fix-of-position.ts';

export type PositionState =
  | { kind: 'waiting' }
  /** `receivedMs`: when the newest position came, by this device's clock. */
  | { kind: 'known'; fix: Fix; receivedMs: number }
  /** The phone's owner has said no, now or once before. */
  | { kind: 'denied' }
  | { kind: 'unavailable' };

export interface PositionWatchOptions {
  geolocation: Pick<Geolocation, 'watchPosition' | 'clearWatch' | 'getCurrentPosition'> | undefined;
  clock: Clock;
  /** Each fix that is due. */
  onFix: (fix: Fix) => void;
  onChange: () => void;
}

/** A measurement of now, not one that the browser remembers. */
const FRESH: PositionOptions = { enableHighAccuracy: true, maximumAge: 0, timeout: 15_000 };
/** The cadence of a receiver wavers: what comes so much too early for the pace is on time, ms. */
const EARLY_MS = 300;
/** A watch tells changes only, on some devices: after so many intervals without any it is asked. */
const ASK_AFTER_PACES = 2;
const ASK_AFTER_LEAST_MS = 4_000;

/** Measures until `close()`, which may be called twice. The browser may ask its owner at once. */
export class PositionWatch {
  readonly #options: PositionWatchOptions;
  #state: PositionState = { kind: 'waiting' };
  #paceMs = 1_000;
  #lastTime = Number.NEGATIVE_INFINITY;
  #watch: number | undefined;
  #asking: Timer;
  #isClosed = false;

  constructor(options: PositionWatchOptions) {
    this.#options = options;
    const { geolocation } = options;
    if (!geolocation) {
      this.#state = { kind: 'unavailable' };
      return;
    }
    this.#watch = geolocation.watchPosition(this.#onPosition, this.#onError, FRESH);
    this.#askLater();
  }

  get state(): PositionState {
    return this.#state;
  }

  /** Fixes are wanted at this interval, ms. */
  setPace(paceMs: number): void {
    this.#paceMs = paceMs;
    if (this.#watch !== undefined) this.#askLater();
  }

  close(): void {
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#asking);
    if (this.#watch !== undefined) this.#options.geolocation?.clearWatch(this.#watch);
    this.#watch = undefined;
  }

  #askLater(): void {
    const { clock, geolocation } = this.#options;
    clock.clearTimeout(this.#asking);
    this.#asking = clock.setTimeout(
      () => {
        geolocation?.getCurrentPosition(this.#onPosition, this.#onError, FRESH);
        this.#askLater();
      },
      Math.max(ASK_AFTER_LEAST_MS, this.#paceMs * ASK_AFTER_PACES),
    );
  }

  readonly #onPosition = (position: GeolocationPosition): void => {
    if (this.#isClosed) return;
    const receivedMs = this.#options.clock.now();
    const fix = fixOf(position, receivedMs);
    if (!fix) return;
    this.#askLater();
    this.#state = { kind: 'known', fix, receivedMs };
    if (fix.time - this.#lastTime >= this.#paceMs - EARLY_MS) {
      this.#lastTime = fix.time;
      this.#options.onFix(fix);
    }
    this.#options.onChange();
  };

  readonly #onError = ({ code, PERMISSION_DENIED }: GeolocationPositionError): void => {
    if (this.#isClosed) return;
    if (code === PERMISSION_DENIED) {
      this.close();
      this.#state = { kind: 'denied' };
    } else if (this.#state.kind === 'waiting') {
      this.#state = { kind: 'unavailable' }; // a known one stays, with its age
    }
    this.#options.onChange();
  };
}
