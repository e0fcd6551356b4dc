import { createHash } from 'node:crypto';

/** A Lua script. It touches keys and channels of one hash tag only, so that it runs in a Cluster. */
export interface Script {
  readonly source: string;
  /** Its name in Redis. */
  readonly sha1: string;
}

export function script(source: string): Script {
  return { source, sha1: createHash('sha1').update(source).digest('hex') };
}
