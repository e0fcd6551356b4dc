import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is yes: for what tells nobody when it has come about, as Redis's own elections. */
export async function until(isSo: () => Promise<boolean>, everyMs = 50): Promise<void> {
  while (!(await isSo().catch(() => false))) await pause(everyMs);
}
