import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Origin } from '../load/connection.ts';
import { freePorts } from './free-ports.ts';
import { startRedis, startRedisCluster } from './redis.ts';
import { ServerProcess } from './server-process.ts';
import { Starting } from './starting.ts';
import type { System } from './system.ts';

const NODE_ENTRY = fileURLToPath(new URL('../../../server/dist/run.js', import.meta.url));
const CLUSTER_MASTERS = 3;

interface Shape {
  name: string;
  title: string;
  redis: 'none' | 'one' | 'cluster';
  isTls?: boolean;
  /** Of each node, on its one port. */
  processes?: number;
}

/** Tripcast as it comes: tokens checked, every fix checked, stored (append-only file, fsync each second), acknowledged. */
export function tripcast({ name, title, redis, isTls = false, processes = 1 }: Shape): System {
  return {
    name,
    title,
    kind: 'tripcast',
    wire: 'tripcast',
    start: () =>
      Starting.system(async (starting) => {
        const secret = randomBytes(48).toString('base64');
        const nodes = redis === 'none' ? 1 : 2;
        const masters = redis === 'none' ? 0 : redis === 'one' ? 1 : CLUSTER_MASTERS;
        const ports = await freePorts(nodes + masters);
        const redisPorts = ports.slice(nodes);
        const { folder } = starting;
        if (redis === 'one') await starting.add(startRedis('redis', redisPorts[0]!, folder, 'append-only'));
        if (redis === 'cluster') {
          for (const server of await startRedisCluster(redisPorts, folder))
            await starting.add(Promise.resolve(server));
        }
        const hosts = redisPorts.map((port) => `127.0.0.1:${port}`).join(',');
        const tls = isTls ? selfSigned(folder) : undefined;
        for (const [nth, port] of ports.slice(0, nodes).entries()) {
          const env = {
            PORT: String(port),
            TRIPCAST_JWT_SECRET: secret,
            LOG_LEVEL: 'info',
            TRIPCAST_REBALANCE: 'off', // drivers are on one node, riders on the other, and are to stay there
            ...(redis === 'one' && { REDIS_URL: `redis://${hosts}` }),
            ...(redis === 'cluster' && { REDIS_URL: `redis+cluster://${hosts}` }),
            ...(tls && { TLS_CERT_FILE: tls.cert, TLS_KEY_FILE: tls.key }),
          };
          const node = 'ab'[nth]!;
          for (const process of processes === 1 ? [node] : namesOf(node, processes)) {
            const own = processes === 1 ? {} : { TRIPCAST_OWN_PORT: '0' };
            await starting.add(startNode(process, { ...env, ...own, TRIPCAST_NODE: `bench-${process}` }));
          }
        }
        const origin = (port: number): Origin => ({ host: '127.0.0.1', port, isTls });
        return {
          drivers: origin(ports[0]!),
          riders: origin(ports[nodes - 1]!),
          secret,
          ...(tls && { certificate: tls.cert }),
        };
      }),
  };
}

/** They count together in results. */
function namesOf(node: string, processes: number): string[] {
  return Array.from({ length: processes }, (_, nth) => `${node}-${nth + 1}`);
}

function startNode(name: string, env: Readonly<Record<string, string>>): Promise<ServerProcess> {
  return ServerProcess.start({
    name,
    command: process.execPath,
    args: [NODE_ENTRY],
    env,
    isReady: (line) => line.includes('"msg":"ready"'),
  });
}

/** @throws Error where there is no `openssl` */
function selfSigned(folder: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  });
  return { cert, key };
}
