// The table of docs/capacity.md, for the figures of now.
import { planFor } from './plan.mjs';

const FOLLOWERS = [1e4, 1e5, 1e6, 1e7];
const HEAD = [
  'followers',
  'nodes',
  'Redis masters',
  'nodes’ work, cores',
  'Redis’s work, cores',
  'tracks, GiB',
  'nodes’ memory, GiB',
  'in / out, Mbit/s',
  'to / from Redis, Mbit/s',
];

/** A number as people read it. */
export function inDigits(value, digits = 3) {
  return Number(value.toPrecision(digits)).toLocaleString('en', { maximumSignificantDigits: digits });
}

/** Half as many drivers as followers, one fix a second while watched. @param {Record<string, number>} figures */
export function tableOf(figures) {
  const rows = FOLLOWERS.map((riders) => {
    const plan = planFor({ drivers: riders / 2, riders, rate: 1 }, figures);
    const pair = (one, other) => `${inDigits(one)} / ${inDigits(other)}`;
    return [
      riders.toLocaleString('en'),
      plan.nodes.toLocaleString('en'),
      plan.shards.toLocaleString('en'),
      inDigits(plan.nodeCores),
      inDigits(plan.redisCores),
      inDigits(plan.redisGib),
      inDigits(plan.nodeMemoryGib),
      pair(plan.inMbitPerS, plan.outMbitPerS),
      pair(plan.redisInMbitPerS, plan.redisOutMbitPerS),
    ];
  });
  return [HEAD, HEAD.map(() => '---:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
