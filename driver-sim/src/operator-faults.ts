// Asks a node in demo mode which faults operators have injected, every second.

import type { Clock } from '@tripcast/client';
import { type InjectedFault, isInjectedFault } from './faults/index.ts';
import type { Tokens } from './tokens.ts';

const ASK_EVERY_MS = 1_000;
const ANSWER_LIMIT_MS = 3_000;

export interface OperatorFaultsOptions {
  /** Any node's origin. */
  url: string;
  fetch: typeof fetch;
  clock: Clock;
  tokens: Pick<Tokens, 'operator'>;
  /** Called once for each. */
  onFault: (vehicleId: string, fault: InjectedFault) => void;
}

/** Asks until the returned function is called, through whatever outages. */
export function takeOperatorFaults({
  url,
  fetch,
  clock,
  tokens,
  onFault,
}: OperatorFaultsOptions): () => void {
  const known = new Set<string>();
  let isStopped = false;
  let timer = clock.setTimeout(ask, 0);

  async function ask(): Promise<void> {
    try {
      const response = await fetch(`${url}/v1/demo/faults`, {
        headers: { authorization: `Bearer ${await tokens.operator()}` },
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      if (response.ok) tell((await response.json()) as { faults?: unknown });
    } catch {
      // no node answers now; the drivers say so
    }
    if (!isStopped) timer = clock.setTimeout(ask, ASK_EVERY_MS);
  }

  function tell({ faults }: { faults?: unknown }): void {
    if (isStopped || !Array.isArray(faults)) return;
    for (const { id, vehicleId, fault } of faults) {
      if (known.has(id) || !isInjectedFault(fault)) continue;
      known.add(id);
      onFault(vehicleId, fault);
    }
  }

  return () => {
    isStopped = true;
    clock.clearTimeout(timer);
  };
}
