// Where this device is, once its owner has asked to see that. Nothing is asked of the browser before `start`.

import type { Coordinates } from '@tripcast/client';

export type OwnPlaceState =
  | { kind: 'off' }
  | { kind: 'waiting' }
  | { kind: 'known'; place: Coordinates; accuracyMetres: number }
  /** Its owner has said no, now or once before. */
  | { kind: 'denied' }
  | { kind: 'unavailable' };

const OPTIONS: PositionOptions = { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 };

export class OwnPlace {
  readonly #geolocation: Pick<Geolocation, 'watchPosition' | 'clearWatch'> | undefined;
  readonly #listeners = new Set<() => void>();
  #state: OwnPlaceState = { kind: 'off' };
  #watch: number | undefined;

  constructor(geolocation: Pick<Geolocation, 'watchPosition' | 'clearWatch'> | undefined) {
    this.#geolocation = geolocation;
  }

  /** For `useSyncExternalStore`; returns how to stop listening. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): OwnPlaceState => this.#state;

  /** The browser may ask its owner now. */
  start(): void {
    if (this.#watch !== undefined) return;
    if (!this.#geolocation) {
      this.#become({ kind: 'unavailable' });
      return;
    }
    this.#become({ kind: 'waiting' });
    this.#watch = this.#geolocation.watchPosition(
      ({ coords: { latitude, longitude, accuracy } }) =>
        this.#become({ kind: 'known', place: { latitude, longitude }, accuracyMetres: accuracy }),
      ({ code, PERMISSION_DENIED }) => {
        if (code === PERMISSION_DENIED) this.#stopWatching();
        // One that was known stays: a phone loses its satellites now and then.
        if (code === PERMISSION_DENIED) this.#become({ kind: 'denied' });
        else if (this.#state.kind === 'waiting') this.#become({ kind: 'unavailable' });
      },
      OPTIONS,
    );
  }

  /** Forgets where it is. May be called twice. */
  close(): void {
    this.#stopWatching();
    this.#become({ kind: 'off' });
  }

  #stopWatching(): void {
    if (this.#watch !== undefined) this.#geolocation?.clearWatch(this.#watch);
    this.#watch = undefined;
  }

  #become(state: OwnPlaceState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
