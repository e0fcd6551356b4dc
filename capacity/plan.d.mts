export interface Plan {
  fixesPerS: number;
  deliveriesPerS: number;
  sockets: number;
  nodes: number;
  nodesBy: 'CPU' | 'sockets';
  nodeCores: number;
  nodeMemoryGib: number;
  shards: number;
  shardsBy: 'CPU' | 'memory';
  redisCores: number;
  redisGib: number;
  inMbitPerS: number;
  outMbitPerS: number;
  redisInMbitPerS: number;
  redisOutMbitPerS: number;
  breaksFirst: string;
}

export function planFor(
  fleet: { drivers: number; riders: number; rate: number },
  figures: Record<string, number>,
): Plan;
