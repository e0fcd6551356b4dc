// All scenarios, by their names.

import { calm } from './calm.ts';
import { city } from './city.ts';
import { nodeFrozen } from './node-frozen.ts';
import { nodeKilled } from './node-killed.ts';
import { redisRestart } from './redis-restart.ts';
import { rollingRestart } from './rolling-restart.ts';
import type { Scenario } from './scenario.ts';
import { sentinelFailover } from './sentinel-failover.ts';
import { slowPhone } from './slow-phone.ts';
import { storm } from './storm.ts';
import { tunnel } from './tunnel.ts';

export * from './parameters.ts';
export * from './scenario.ts';

export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [
    calm,
    city,
    tunnel,
    slowPhone,
    nodeKilled,
    nodeFrozen,
    rollingRestart,
    redisRestart,
    sentinelFailover,
    storm,
  ].map((scenario) => [scenario.name, scenario]),
);
