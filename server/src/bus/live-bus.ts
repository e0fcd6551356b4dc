import type { TripId, VehicleId } from '@tripcast/protocol';

/** The name of a channel, without any prefix. Its hash tag puts it beside its keys in a Redis Cluster. */
export type Channel = `live:{${string}}` | `vehicle:{${string}}` | `fleet:{${string}}`;

/** Carries a trip's fixes (`live-message.ts`) and events. */
export function tripChannel(id: TripId): Channel {
  return `live:{${id}}`;
}

/** Carries notes (`vehicle-note.ts`) to the node that has the vehicle's driver. */
export function vehicleChannel(id: VehicleId): Channel {
  return `vehicle:{${id}}`;
}

/** Who hears what comes on a channel. */
export interface Hearer {
  /** The bytes are taken back when this returns: whoever keeps them copies. Doesn't throw. */
  hear(message: Uint8Array): void;
}

/** Ends what was begun. May be called twice. */
export type Unsubscribe = () => void;

/**
 * Carries bytes to every node that listens on a channel. At most once; in publishing order per channel. Messages are
 * lost when a connection is; `onResubscribed` tells.
 */
export interface LiveBus {
  /**
   * Resolves when messages flow: what is published after that is heard. Read the store only then, or something can
   * fall between the two.
   */
  subscribe(channel: Channel, hearer: Hearer): Promise<void>;

  /** The hearer hears no more of the channel. One that does not hear it is nothing new. */
  unsubscribe(channel: Channel, hearer: Hearer): void;

  /** Resolves to the number of nodes that heard it. */
  publish(channel: Channel, message: string | Uint8Array): Promise<number>;

  /**
   * Calls `listener` after every break, when all subscriptions flow again: messages may have been lost in between.
   */
  onResubscribed(listener: () => void): Unsubscribe;
}
