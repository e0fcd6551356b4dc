export type ScreenState = 'on' | 'off' | 'unsupported';

type Lender = Pick<WakeLock, 'request'> | undefined;
type Page = Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;

/**
 * Keeps the screen on until `close()`, which may be called twice. A browser takes the lock away whenever the page is
 * hidden; it is asked for again when the page is seen.
 */
export class ScreenLock {
  readonly #lender: Lender;
  readonly #page: Page;
  readonly #onChange: () => void;
  #lock: WakeLockSentinel | undefined;
  #isClosed = false;

  /** @param lender `navigator.wakeLock`, which old browsers and pages without HTTPS don't have */
  constructor(lender: Lender, page: Page, onChange: () => void) {
    this.#lender = lender;
    this.#page = page;
    this.#onChange = onChange;
    page.addEventListener('visibilitychange', this.#take);
    this.#take();
  }

  get state(): ScreenState {
    if (!this.#lender) return 'unsupported';
    return this.#lock && !this.#lock.released ? 'on' : 'off';
  }

  close(): void {
    this.#isClosed = true;
    this.#page.removeEventListener('visibilitychange', this.#take);
    void this.#lock?.release();
  }

  readonly #take = async (): Promise<void> => {
    if (this.#page.visibilityState !== 'visible' || this.state === 'on') return;
    try {
      this.#lock = await this.#lender?.request('screen');
    } catch {
      // NotAllowedError: a battery that is low, or hidden again meanwhile. The state says that it is off.
    }
    if (this.#isClosed) void this.#lock?.release();
    this.#lock?.addEventListener('release', this.#onChange);
    this.#onChange();
  };
}
