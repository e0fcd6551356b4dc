// In demo mode an operator has a simulated vehicle's phone fail: nodes pass that on, and the simulator asks for it. It is no
// part of what drivers' devices speak.

import { isVehicleId, parseObject, type VehicleId } from '@tripcast/protocol';
import type { Backend } from '../backend.ts';
import type { Channel } from '../bus/live-bus.ts';
import type { Clock } from '../clock.ts';

export const DEMO_FAULTS = ['tunnel', 'jump', 'noise', 'freeze', 'stop', 'dead'] as const;
/** What befalls the vehicle for a minute. */
export type DemoFault = (typeof DEMO_FAULTS)[number];

export interface InjectedFault {
  /** Tells it from another. */
  id: string;
  vehicleId: VehicleId;
  fault: DemoFault;
}

const CHANNEL: Channel = 'fleet:{demo-faults}';
/** A simulator that has not asked for so long has missed it, ms. */
const KEPT_MS = 30_000;
const decoder = new TextDecoder();

/** The faults that were injected on any node just now. */
export class DemoFaults {
  readonly #bus: Backend['bus'];
  readonly #clock: Clock;
  readonly #heard: { injected: InjectedFault; atMs: number }[] = [];
  #listening: Promise<unknown> | undefined;

  constructor(bus: Backend['bus'], clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
  }

  /** Tells all nodes. @throws BackendUnavailable */
  async inject(injected: InjectedFault): Promise<void> {
    await this.#bus.publish(CHANNEL, JSON.stringify(injected));
  }

  /** Those of the last half minute that were heard since somebody first asked here. @throws BackendUnavailable */
  async recent(): Promise<InjectedFault[]> {
    await this.#listen();
    const since = this.#clock.now() - KEPT_MS;
    while (this.#heard[0] && this.#heard[0].atMs < since) this.#heard.shift();
    return this.#heard.map(({ injected }) => injected);
  }

  async #listen(): Promise<void> {
    this.#listening ??= this.#bus.subscribe(CHANNEL, {
      hear: (message) => {
        const injected = read(message);
        if (injected) this.#heard.push({ injected, atMs: this.#clock.now() });
      },
    });
    try {
      await this.#listening;
    } catch (error) {
      this.#listening = undefined;
      throw error;
    }
  }
}

function read(message: Uint8Array): InjectedFault | undefined {
  const { id, vehicleId, fault } = parseObject(decoder.decode(message)) ?? {};
  if (typeof id !== 'string' || !isVehicleId(vehicleId)) return undefined;
  return DEMO_FAULTS.includes(fault as DemoFault) ? { id, vehicleId, fault: fault as DemoFault } : undefined;
}
