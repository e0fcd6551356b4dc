import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Origin } from '../load/connection.ts';
import { freePorts } from './free-ports.ts';
import { ServerProcess } from './server-process.ts';
import { Starting } from './starting.ts';
import type { System } from './system.ts';

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];

/** Two nats-servers, clients over WebSocket, a subject a trip. */
export const nats: System = {
  name: 'nats',
  title: 'NATS, 2-node cluster, WebSocket',
  kind: 'peer',
  wire: 'nats',
  isMissing: () => (program() ? undefined : 'there is no nats-server (Debian: apt-get install nats-server)'),
  start: () =>
    Starting.system(async (starting) => {
      const [clientA, clientB, webA, webB, routeA, routeB] = await freePorts(6);
      const start = async (name: string, client: number, web: number, own: number, other: number) => {
        const file = join(starting.folder, `${name}.conf`);
        await writeFile(file, configuration(name, client, web, own, other));
        const isReady = (line: string) =>
          name === 'a' ? line.includes('Server is ready') : line.includes('Route connection created');
        await starting.add(ServerProcess.start({ name, command: program()!, args: ['-c', file], isReady }));
      };
      await start('a', clientA!, webA!, routeA!, routeB!);
      await start('b', clientB!, webB!, routeB!, routeA!);
      const origin = (port: number): Origin => ({ host: '127.0.0.1', port, isTls: false });
      return { drivers: origin(webA!), riders: origin(webB!), secret: '' };
    }),
};

function program(): string | undefined {
  return FOLDERS.map((folder) => join(folder, 'nats-server')).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false; // not there: the next folder
    }
  });
}

function configuration(name: string, client: number, web: number, own: number, other: number): string {
  return `
server_name: ${name}
listen: "127.0.0.1:${client}"
max_connections: 65536
websocket { listen: "127.0.0.1:${web}", no_tls: true, compression: false }
cluster { name: bench, listen: "127.0.0.1:${own}", routes: ["nats://127.0.0.1:${other}"] }
`;
}
