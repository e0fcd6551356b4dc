import type { VehicleId } from '@tripcast/protocol';
import type { SteadyClock } from '../clock.ts';
import { type Refusal, refusal } from '../trips/refusal.ts';
import { Allowances } from './allowances.ts';
import type { ClientAddress } from './client-address.ts';
import type { NodeLimits } from './node-limits.ts';

/** What may be too many or too often, as the metric names it. */
export const LIMIT_NAMES = [
  'node_sockets',
  'address_sockets',
  'address_tries',
  'address_calls',
  'track_pages',
  'vehicle_tries',
  'trip_followers',
  'node_bodies',
  'node_answers',
  'socket_messages',
] as const;

export type LimitName = (typeof LIMIT_NAMES)[number];

/** A connection that is counted, from its handshake until it is gone. There are many: those of one address share one. */
export interface Guest {
  /** It has gone. Call it once for each that came. */
  leave(): void;
}

/** What is present from one address. */
class AddressGuest implements Guest {
  count = 0;
  readonly #onLeft: (guest: AddressGuest) => void;
  readonly key: string;

  constructor(key: string, onLeft: (guest: AddressGuest) => void) {
    this.key = key;
    this.#onLeft = onLeft;
  }

  leave(): void {
    this.count--;
    this.#onLeft(this);
  }
}

/** Who may still come to this node: open sockets and handshakes under way, tries by address and by vehicle. */
export class Arrivals {
  /** How many sockets and handshakes there are. */
  #present = 0;
  readonly #presentByAddress = new Map<string, AddressGuest>();
  /** Whose address is not counted. */
  readonly #uncounted: Guest = { leave: () => this.#present-- };
  readonly #tries: Allowances<string>;
  readonly #calls: Allowances<string>;
  readonly #vehicleTries: Allowances<VehicleId>;
  readonly #limits: NodeLimits;
  readonly #limitsPrivate: boolean;
  readonly #onLimit: (limit: LimitName) => void;

  /** @param options.limitsPrivate whether addresses of private networks are counted like those of the internet */
  constructor(options: {
    clock: SteadyClock;
    limits: NodeLimits;
    limitsPrivate: boolean;
    onLimit: (limit: LimitName) => void;
  }) {
    const { clock, limits } = options;
    this.#limits = limits;
    this.#limitsPrivate = options.limitsPrivate;
    this.#onLimit = options.onLimit;
    this.#tries = new Allowances(clock, {
      perSecond: limits.addressTriesPerSecond,
      burst: limits.addressTryBurst,
    });
    this.#calls = new Allowances(clock, {
      perSecond: limits.addressCallsPerSecond,
      burst: limits.addressCallBurst,
    });
    this.#vehicleTries = new Allowances(clock, {
      perSecond: limits.vehicleTriesPerSecond,
      burst: limits.vehicleTryBurst,
    });
  }

  get present(): number {
    return this.#present;
  }

  /** Whether nobody more is let in. */
  get isFull(): boolean {
    return this.#present >= this.#limits.socketsPerNode;
  }

  /** How many addresses and vehicles are remembered. */
  get remembered(): number {
    return this.#presentByAddress.size + this.#tries.size + this.#calls.size + this.#vehicleTries.size;
  }

  /** A handshake has come. Whoever is let in must leave. */
  arrive(address: ClientAddress): Guest | Refusal {
    if (this.isFull) {
      return this.#refuse('node_sockets', 'unavailable', 'the node is full; connect to another one');
    }
    if (!this.#isCounted(address)) {
      this.#present++;
      return this.#uncounted;
    }
    if (!this.#tries.take(address.key)) {
      return this.#refuse('address_tries', 'too_many_requests', 'too many handshakes from your address');
    }
    const guest = this.#presentByAddress.get(address.key) ?? new AddressGuest(address.key, this.#left);
    if (guest.count >= this.#limits.socketsPerAddress) {
      return this.#refuse('address_sockets', 'too_many_requests', 'too many sockets from your address');
    }
    this.#present++;
    guest.count++;
    this.#presentByAddress.set(address.key, guest);
    return guest;
  }

  /** A driver with a valid token wants to take this vehicle over. */
  takeOver(vehicle: VehicleId): Refusal | undefined {
    if (this.#vehicleTries.take(vehicle)) return undefined;
    return this.#refuse('vehicle_tries', 'too_many_requests', 'this vehicle connects too often');
  }

  /** A call has come. Why it isn't looked at: its address calls, or has tried, too often. */
  call(address: ClientAddress): Refusal | undefined {
    if (!this.#isCounted(address)) return undefined;
    if (!this.#tries.has(address.key))
      return this.#refuse('address_tries', 'too_many_requests', 'too many tries from your address');
    if (!this.#calls.take(address.key))
      return this.#refuse('address_calls', 'too_many_requests', 'too many calls from your address');
    return undefined;
  }

  /** A call had no valid token: that is a try, too. */
  calledInVain(address: ClientAddress): void {
    if (this.#isCounted(address)) this.#tries.take(address.key);
  }

  /** Forgets what no longer limits anybody. Call it now and then. */
  sweep(): void {
    this.#tries.sweep();
    this.#calls.sweep();
    this.#vehicleTries.sweep();
  }

  #isCounted(address: ClientAddress): boolean {
    return this.#limitsPrivate || !address.isPrivate;
  }

  readonly #left = ({ key, count }: AddressGuest): void => {
    this.#present--;
    if (count === 0) this.#presentByAddress.delete(key);
  };

  #refuse(limit: LimitName, code: 'unavailable' | 'too_many_requests', detail: string): Refusal {
    this.#onLimit(limit);
    return refusal(code, detail);
  }
}
