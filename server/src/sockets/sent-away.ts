import type { SteadyClock } from '../clock.ts';

/** Who was sent elsewhere comes back, if it comes back here, within this, ms. */
const REMEMBERED_MS = 5_000;

/**
 * Trips and vehicles whose sockets this node has just sent away. A balancer that brings clients back to where they were
 * brings them here again: each is refused once (503), so that the balancer, or the client itself, tries another node.
 * Whoever then comes here all the same is taken.
 */
export class SentAway {
  readonly #sent = new Map<string, { count: number; at: number }>();
  readonly #clock: SteadyClock;

  constructor(clock: SteadyClock) {
    this.#clock = clock;
  }

  /** A socket of this trip or vehicle was sent away. */
  add(id: string): void {
    const at = this.#clock.monotonic();
    this.#sent.set(id, { count: (this.#sent.get(id)?.count ?? 0) + 1, at });
  }

  /** Whether a client of this trip or vehicle has to go elsewhere. Each that was sent away has to at most once. */
  refuses(id: string): boolean {
    const sent = this.#sent.get(id);
    if (!sent) return false;
    const isOver = this.#clock.monotonic() - sent.at > REMEMBERED_MS;
    if (isOver || --sent.count === 0) this.#sent.delete(id);
    return !isOver;
  }

  /** Forgets who went elsewhere. Call it now and then. */
  sweep(): void {
    const goneBefore = this.#clock.monotonic() - REMEMBERED_MS;
    for (const [id, { at }] of this.#sent) if (at < goneBefore) this.#sent.delete(id);
  }
}
