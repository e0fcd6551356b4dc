import type { ServiceEvent } from '@tripcast/protocol';

/** Whether the node can keep and pass on fixes, as its sockets are told (P7). */
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
