// Faults that an operator injects while the world drives on: told by nodes in demo mode, for a minute each.

import type { DeviceFault } from './device-faults.ts';
import type { RadioFault } from './radio-conditions.ts';

export const INJECTED_FAULTS = ['tunnel', 'jump', 'noise', 'freeze', 'stop', 'dead'] as const;
export type InjectedFault = (typeof INJECTED_FAULTS)[number];

/** How long it lasts, ms. */
export const INJECTED_MS = 60_000;
/** A receiver that jumps is off for so long, and right again for as long, ms. */
const JUMP = { everyMs: 10_000, lastsMs: 3_000 };

export function isInjectedFault(name: unknown): name is InjectedFault {
  return INJECTED_FAULTS.includes(name as InjectedFault);
}

/** What it does to the phone, from `fromMs` after the vehicle's start. */
export function injectedDeviceFaults(fault: InjectedFault, fromMs: number): DeviceFault[] {
  const when = { fromMs, untilMs: fromMs + INJECTED_MS };
  switch (fault) {
    case 'jump':
      return [{ kind: 'displaced', metres: 500, when: { ...when, ...JUMP } }];
    case 'noise':
      return [{ kind: 'noisy', radiusMetres: 60, when }];
    case 'freeze':
      return [{ kind: 'frozen', when }];
    case 'dead':
      return [{ kind: 'dead', when }];
    case 'tunnel':
    case 'stop':
      return [];
    default:
      return fault satisfies never;
  }
}

/** What it does to the phone's radio, from now on. */
export function injectedRadioFaults(fault: InjectedFault): RadioFault[] {
  return fault === 'tunnel' ? [{ kind: 'tunnel', when: { untilMs: INJECTED_MS } }] : [];
}
