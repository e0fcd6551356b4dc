// Peers and limits that are programs of ours around somebody else's library (`peers/`).

import { fileURLToPath } from 'node:url';
import type { Origin } from '../load/connection.ts';
import type { WireName } from '../load/wires/index.ts';
import { freePorts } from './free-ports.ts';
import { startRedis } from './redis.ts';
import { ServerProcess } from './server-process.ts';
import { Starting } from './starting.ts';
import type { System } from './system.ts';

interface Shape {
  name: string;
  title: string;
  kind: 'peer' | 'limit';
  wire: WireName;
  /** The file in `peers/`. */
  program: string;
  /** Two nodes, with a Redis between them; otherwise one node alone. */
  hasRedis: boolean;
  env?: Readonly<Record<string, string>>;
}

export function relay({ name, title, kind, wire, program, hasRedis, env }: Shape): System {
  return {
    name,
    title,
    kind,
    wire,
    start: () =>
      Starting.system(async (starting) => {
        const nodes = hasRedis ? 2 : 1;
        const ports = await freePorts(nodes + 1);
        const redisPort = ports[nodes]!;
        if (hasRedis) await starting.add(startRedis('redis', redisPort, starting.folder, 'none'));
        for (const [nth, port] of ports.slice(0, nodes).entries()) {
          await starting.add(
            ServerProcess.start({
              name: 'ab'[nth]!,
              command: process.execPath,
              args: [fileURLToPath(new URL(`../peers/${program}.js`, import.meta.url))],
              env: { ...env, PORT: String(port), ...(hasRedis && { REDIS_PORT: String(redisPort) }) },
              isReady: (line) => line === 'ready',
            }),
          );
        }
        const origin = (port: number): Origin => ({ host: '127.0.0.1', port, isTls: false });
        return { drivers: origin(ports[0]!), riders: origin(ports[nodes - 1]!), secret: '' };
      }),
  };
}
