import type { ServiceEvent } from '@tripcast/protocol';

/** The event that says whether fixes can be kept and passed on (P7). */
export function serviceText(isAvailable: boolean): string {
  return JSON.stringify({ type: 'service', available: isAvailable } satisfies ServiceEvent);
}

/** Whether fixes can be kept and passed on, as sockets are told (P7): of one trip, of a driver's trips, of any. */
export class Service {
  isAvailable = true;

  /** The event that says so. */
  get text(): string {
    return serviceText(this.isAvailable);
  }

  /** True when that is a change. */
  changed(isAvailable: boolean): boolean {
    const changed = isAvailable !== this.isAvailable;
    this.isAvailable = isAvailable;
    return changed;
  }
}
