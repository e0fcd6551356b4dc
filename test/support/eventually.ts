import { fairMs } from './fair-time.ts';

const LOOK_EVERY_MS = 50;

/**
 * Resolves once `holds` does: for what tells nobody when it has come about.
 * @param withinMs by `fairMs`
 * @throws Error naming `what`, too late
 */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const beganAt = performance.now();
  while (!(await holds())) {
    if (fairMs(beganAt) > withinMs) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
