import type { Close } from '@tripcast/protocol';

/** Sockets of one kind, to be closed one by one. */
export interface Drainable {
  size(): number;
  closeOne(why: Close): unknown;
}

/** A few sockets don't take the whole window, ms apart. */
const WIDEST_SPACING_MS = 250;
/** So long a node that leaves can be seen leaving: a balancer asks for its readiness every second or two, ms. */
const NOTICE_MS = 3_000;

/**
 * Closes all sockets, evenly over the window (ms): clients that come back in a herd hurt the nodes that take them. Resolves
 * when the last one is closed, and not before balancers have had the time to notice.
 */
export async function drain(kinds: readonly Drainable[], why: Close, windowMs: number): Promise<void> {
  const beganAt = performance.now();
  const until = async (ms: number) => {
    const leftMs = beganAt + ms - performance.now();
    if (leftMs > 1) await new Promise((resolve) => setTimeout(resolve, leftMs));
  };
  const count = kinds.reduce((sum, kind) => sum + kind.size(), 0);
  const spacingMs = Math.min(windowMs / count, WIDEST_SPACING_MS);
  for (let closed = 0; ; closed++) {
    const left = kinds.find((kind) => kind.size() > 0);
    if (!left) break;
    await until(closed * spacingMs);
    await left.closeOne(why);
  }
  await until(Math.min(windowMs, NOTICE_MS));
}
