import type { ServiceEvent } from '@tripcast/protocol';

/** Whether fixes can be kept and passed on, as sockets are told (P7): of one trip, of a driver's trips, of any. */
export class Service {
  isAvailable = true;

  /** The event that says so. */
  get text(): string {
    return JSON.stringify({ type: 'service', available: this.isAvailable } satisfies ServiceEvent);
  }

  /** True when that is a change. */
  changed(isAvailable: boolean): boolean {
    const changed = isAvailable !== this.isAvailable;
    this.isAvailable = isAvailable;
    return changed;
  }
}
