// How much a fleet needs, from what one fix and one socket were measured to cost. Pure: docs/capacity.md explains it.

const HOUR_S = 3_600;
const KIB = 1_024;
const GIB = 2 ** 30;

/**
 * @param {{drivers: number, riders: number, rate: number}} fleet connected drivers and followers at the same time; fixes
 *   a second of a driver who is watched
 * @param {Record<string, number>} figures by name, as `figures.json` has them
 */
export function planFor({ drivers, riders, rate }, figures) {
  const f = figures;
  const onTrips = drivers * f.underWayPart;
  const watched = Math.min(onTrips, riders);
  const fixesPerS = watched * rate + (drivers - watched) / f.unwatchedIntervalS;
  const storedPerS = watched * rate + (onTrips - watched) / f.unwatchedIntervalS;
  const deliveriesPerS = riders * rate;
  const sockets = drivers + riders;
  // A trip's followers are on one node mostly: a fix is heard once.
  const nodeCores =
    (fixesPerS * f.nodeUsPerFixIn +
      watched * rate * f.nodeUsPerFixHeard +
      deliveriesPerS * f.nodeUsPerDelivery) /
    1e6;
  const redisCores = (storedPerS * f.redisUsPerFix) / 1e6;
  const redisBytes = storedPerS * f.keptHours * HOUR_S * f.redisBytesPerFix;
  const frame = f.bytesPerDelivery + f.tcpBytesPerMessage;
  const mbit = (bytesPerS) => (bytesPerS * 8) / 1e6;
  const need = {
    'node CPU': nodeCores / f.busyPart,
    'node sockets': sockets / f.socketsPerNode,
    'Redis CPU': 1 + Math.max(0, redisCores / f.busyPart - 1) / f.redisShardGain,
    'Redis memory': redisBytes / (f.redisGibPerShard * GIB),
  };
  const nodes = Math.max(1, Math.ceil(Math.max(need['node CPU'], need['node sockets'])));
  const shards = Math.max(1, Math.ceil(Math.max(need['Redis CPU'], need['Redis memory'])));
  return {
    fixesPerS,
    deliveriesPerS,
    sockets,
    nodes: nodes === 1 ? 1 : nodes + Math.max(1, Math.ceil(nodes / 10)), // some may be away
    nodesBy: need['node CPU'] > need['node sockets'] ? 'CPU' : 'sockets',
    nodeCores,
    nodeMemoryGib: (sockets * (f.nodeKibPerSocket + f.kernelKibPerSocket) * KIB) / GIB,
    shards,
    shardsBy: need['Redis CPU'] > need['Redis memory'] ? 'CPU' : 'memory',
    redisCores,
    redisGib: redisBytes / GIB,
    inMbitPerS: mbit(fixesPerS * frame),
    outMbitPerS: mbit(deliveriesPerS * frame),
    /** Between nodes and masters. */
    redisInMbitPerS: mbit(storedPerS * f.redisBytesIn),
    redisOutMbitPerS: mbit(storedPerS * f.redisBytesOut),
    /** What is full first when the fleet grows on one node and one Redis: parts of each that are used. */
    breaksFirst: Object.entries({
      'the node’s core': nodeCores,
      'the node’s sockets': need['node sockets'],
      'Redis’s core': redisCores,
      'Redis’s memory': need['Redis memory'],
    }).reduce((most, one) => (one[1] > most[1] ? one : most))[0],
  };
}
