import type { Close } from '@tripcast/protocol';

/** Sockets of one kind, to be closed one by one. */
export interface Drainable {
  size(): number;
  /** False when there is none left. */
  closeOne(why: Close): boolean | Promise<boolean>;
}

/** Clients that come back in a herd hurt the nodes that take them: at most so many a second while the window allows. */
const MOST_PER_SECOND = 100;

/** Closes all sockets, evenly over the window (ms) when there are many. Resolves when the last one is closed. */
export async function drain(kinds: readonly Drainable[], why: Close, windowMs: number): Promise<void> {
  const count = kinds.reduce((sum, kind) => sum + kind.size(), 0);
  if (count === 0) return;
  const spacingMs = Math.min(windowMs / count, 1000 / MOST_PER_SECOND);
  const beganAt = performance.now();
  for (let closed = 0; ; closed++) {
    const dueInMs = beganAt + closed * spacingMs - performance.now();
    if (dueInMs > 1) await new Promise((resolve) => setTimeout(resolve, dueInMs));
    const left = kinds.find((kind) => kind.size() > 0);
    if (!left || !(await left.closeOne(why))) return;
  }
}
