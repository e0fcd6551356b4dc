/** What a node tells the others of itself. */
export interface NodeLoad {
  followers: number;
  drivers: number;
  draining: boolean;
  /** It takes no new socket: it has all that it may have, or is out of files. Nodes of earlier versions don't say. */
  full?: boolean;
}

/** Which nodes there are. A node that has not announced itself for 10 s is gone. */
export interface NodeRegistry {
  /** Repeat it every 3 s. */
  announce(node: string, load: NodeLoad): Promise<void>;
  isAlive(node: string): Promise<boolean>;
  /** What every node that is there has last announced, by name. */
  loads(): Promise<ReadonlyMap<string, NodeLoad>>;
  /** Leaves at once, rather than by silence. */
  withdraw(node: string): Promise<void>;
}

/** How long after its last announcement a node counts as gone, ms. */
export const NODE_GONE_AFTER_MS = 10_000;
/** How often a node announces itself, ms. */
export const NODE_ANNOUNCE_EVERY_MS = 3_000;
