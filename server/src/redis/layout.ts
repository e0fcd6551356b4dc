import type { CommandConnection } from './command-connection.ts';
import type { Endpoint } from './connection.ts';
import { SLOTS } from './hash-slot.ts';
import type { ServerAddress } from './redis-url.ts';

/** From, to: both included. */
export type SlotRange = readonly [from: number, to: number];

/** A server that takes writes, and for which slots. Without a Cluster one has them all. */
export interface Master extends ServerAddress {
  readonly slots: readonly SlotRange[];
}

export const ALL_SLOTS: readonly SlotRange[] = [[0, SLOTS - 1]];

/** Finds out which masters there are now. */
export interface LayoutSource {
  /**
   * Resolves to the masters as far as anybody can say; `undefined` when nobody can.
   * @param known servers that may be asked, over connections that are there
   * @param hint a server that may know better
   */
  find(
    known: readonly KnownServer[],
    hint: ServerAddress | undefined,
  ): Promise<readonly Master[] | undefined>;
  close(): void;
}

export interface KnownServer extends ServerAddress {
  readonly commands: CommandConnection;
}

/** Makes an endpoint of one of our data servers from its address. */
export type EndpointOf = (address: ServerAddress) => Endpoint;

/** One server, for good. */
export function fixedLayout({ host, port }: ServerAddress): LayoutSource {
  return {
    find: async () => [{ host, port, slots: ALL_SLOTS }],
    close() {},
  };
}
