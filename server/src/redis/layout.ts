import type { CommandConnection } from './command-connection.ts';
import { SLOTS } from './hash-slot.ts';
import type { ServerAddress } from './redis-url.ts';
import type { Endpoint } from './resp/client.ts';

/** From, to: both included. */
export type SlotRange = readonly [from: number, to: number];

/** A server that takes writes, and for which slots. Without a Cluster one has them all. */
export interface Master extends ServerAddress {
  readonly slots: readonly SlotRange[];
  /** Its replicas that are alive, as the others see it: whether or not they have a connection to it now. */
  readonly liveReplicas: number;
  /**
   * How many replicas might take its place though another one has more: what is to outlive the master must be on all of
   * them. `undefined` where the one that has most is taken, or none is.
   */
  readonly candidates: number | undefined;
}

export const ALL_SLOTS: readonly SlotRange[] = [[0, SLOTS - 1]];

/** Finds out which masters there are now. */
export interface LayoutSource {
  /**
   * Resolves to the masters as far as anybody can say. Rejects, with the reason, when nobody can.
   * @param known servers that may be asked, over connections that are there
   * @param hint a server that may know better
   */
  find(known: readonly KnownServer[], hint: ServerAddress | undefined): Promise<readonly Master[]>;
  close(): void;
}

export interface KnownServer extends ServerAddress {
  readonly commands: CommandConnection;
}

/** Makes an endpoint of one of our data servers from its address. */
export type EndpointOf = (address: ServerAddress) => Endpoint;

/** How long the others are waited for once one has answered, ms. */
const OTHERS_MS = 100;

/** The opinion of the latest epoch, among those who answer about as fast as the first. Rejects when nobody answers. */
export async function latestOpinion<Opinion extends { readonly epoch: number }>(
  asked: Promise<Opinion>[],
): Promise<Opinion> {
  const opinions: Opinion[] = [];
  const heard = asked.map(async (opinion) => opinions.push(await opinion));
  try {
    await Promise.any(heard);
  } catch (error) {
    throw (error as AggregateError).errors[0] ?? new Error('there is nobody to ask');
  }
  await Promise.race([Promise.allSettled(heard), pause(OTHERS_MS)]);
  return opinions.reduce((best, opinion) => (opinion.epoch > best.epoch ? opinion : best));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** One server, for good. */
export function fixedLayout({ host, port }: ServerAddress): LayoutSource {
  return {
    find: async () => [{ host, port, slots: ALL_SLOTS, liveReplicas: 0, candidates: undefined }],
    close() {},
  };
}
