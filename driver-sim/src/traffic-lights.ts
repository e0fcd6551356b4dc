// Fixed-time traffic lights: half of the cycle for the streets along one axis, half for those across.

import { randomFrom } from './random.ts';
import type { StreetNode } from './streets.ts';

/** Whether the light at a node is red for who comes to it with this heading, at a time of the simulated day. */
export type TrafficLights = (node: number, headingDegrees: number, timeMs: number) => boolean;

const CYCLE_MS = { shortest: 50_000, longest: 80_000 };
/** Lights closer than this belong to one crossing and share its cycle: a wide one is mapped as several nodes. */
const CROSSING_DEGREES = 0.0008; // about 80 m

export function trafficLights(nodes: readonly StreetNode[], seed: number): TrafficLights {
  const cycles = new Map<number, { lengthMs: number; startMs: number }>();
  nodes.forEach((node, index) => {
    if (!node.hasSignal) return;
    const crossing = [node.latitude, node.longitude].map((degrees) => Math.round(degrees / CROSSING_DEGREES));
    const random = randomFrom(seed, 'traffic light', ...crossing);
    const lengthMs = CYCLE_MS.shortest + random() * (CYCLE_MS.longest - CYCLE_MS.shortest);
    cycles.set(index, { lengthMs, startMs: random() * lengthMs });
  });

  return function isRed(node, headingDegrees, timeMs) {
    const cycle = cycles.get(node);
    if (!cycle) return false;
    const eastWest = Math.abs((((headingDegrees % 180) + 180) % 180) - 90) < 45;
    const firstHalf = (timeMs + cycle.startMs) % cycle.lengthMs < cycle.lengthMs / 2;
    return eastWest === firstHalf;
  };
}
