import { PROMPT } from '@tripcast/driver-sim';
import { PROMISES, type Scenario } from './scenario.ts';

export const sentinelFailover: Scenario = {
  name: 'sentinel-failover',
  title: 'the Redis that all write to dies, and Sentinel makes another one of its replicas',
  drivers: 50,
  riders: 100,
  nodes: 2,
  seconds: 90,
  device: [PROMPT],
  radio: [],
  system: [],
  budgets: PROMISES,
  unavailable: 'gateway nodes do not find their Redis through Sentinel yet, so a failover can not be scored',
};
