// `npm start`: the whole of Tripcast on this machine. Gateway nodes (two that share Redis when there is one, else one
// that keeps everything in memory), a simulated fleet, and the pages. Ctrl-C ends all of it.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { Children, freePort, isPortFree, untilReady } from './children.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = join(root, '.tripcast');
const HELP = `npm start                     one command: nodes, 25 drivers in Montevideo, the map
npm start -- --drivers 100    all options of "npm run sim -- --help" work here too
PORT=9000 npm start           another port (the second node takes the one after it)
REDIS_URL=redis://host npm start   two nodes share that Redis`;

async function main() {
  if (process.argv.includes('--help')) return console.log(HELP);
  const port = readPort();
  build();
  mkdirSync(scratch, { recursive: true, mode: 0o700 });

  const children = new Children(scratch);
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1); // told twice
    stopping = true;
    console.log('\nstopping …');
    await children.stopAll();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  try {
    const ports = await choosePorts(port);
    const redisUrl = process.env.REDIS_URL ?? (ports.length > 1 ? await startRedis(children) : undefined);
    for (const nodePort of ports) startNode(children, nodePort, redisUrl);
    await Promise.all(ports.map((nodePort) => untilReady(`http://127.0.0.1:${nodePort}/readyz`, children)));
    children.start('sim', join(root, 'scripts/sim.mjs'), {
      args: [
        '--url',
        ports.map((nodePort) => `http://127.0.0.1:${nodePort}`).join(','),
        '--live-faults',
        ...process.argv.slice(2),
      ],
      show: 'all',
    });
    announce(ports, redisUrl, operatorToken());
    const who = await children.untilOneEnds();
    if (!stopping) throw new Error(`${who} ended by itself; its log is above or in ${scratch}`);
  } catch (error) {
    if (stopping) return;
    stopping = true;
    console.error(error.message);
    await children.stopAll();
    process.exit(1);
  }
}

function readPort() {
  const port = Number(process.env.PORT ?? 8080);
  if (Number.isInteger(port) && port > 0 && port < 65_535) return port;
  throw new Error(`PORT must be a whole number from 1 to 65534: "${process.env.PORT}"`);
}

/** One port, or two when nodes can share a Redis. */
async function choosePorts(port) {
  const ports = process.env.REDIS_URL || redisServerVersion() >= 7 ? [port, port + 1] : [port];
  for (const one of ports) {
    if (await isPortFree(one)) continue;
    throw new Error(
      `port ${one} is taken by another program: stop it, or choose another, as in "PORT=9000 npm start"`,
    );
  }
  return ports;
}

/** The major version of the redis-server on the PATH; 0 when there is none. */
function redisServerVersion() {
  try {
    const text = execFileSync('redis-server', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(/v=(\d+)/.exec(text)?.[1] ?? 0);
  } catch {
    return 0; // none on the PATH: memory does
  }
}

async function startRedis(children) {
  const port = await freePort();
  const dir = join(scratch, 'redis');
  mkdirSync(dir, { recursive: true });
  children.start('redis', join(root, 'scripts/tied.mjs'), {
    args: [
      'redis-server',
      '--port',
      port,
      '--bind',
      '127.0.0.1',
      '--dir',
      dir,
      '--appendonly',
      'yes',
      '--save',
      '',
    ],
    show: 'nothing',
  });
  return `redis://127.0.0.1:${port}`;
}

function startNode(children, port, redisUrl) {
  children.start(`gateway-${port}`, join(root, 'scripts/gateway.mjs'), {
    env: {
      PORT: port,
      TRIPCAST_DEMO: process.env.TRIPCAST_DEMO ?? '1',
      TRIPCAST_DRAIN_MS: process.env.TRIPCAST_DRAIN_MS ?? '1000',
      TRIPCAST_REBALANCE: process.env.TRIPCAST_REBALANCE ?? 'off', // a page stays with the node that it came from
      ...(redisUrl && { REDIS_URL: redisUrl }),
    },
    show: 'warnings',
  });
}

/** For an hour. Only for who sits at this machine: nodes that `npm start` runs listen on loopback alone. */
function operatorToken() {
  if (process.env.HOST || process.env.TRIPCAST_DEMO === 'public') return undefined;
  const script = join(root, 'scripts/token.mjs');
  const args = [script, '--role', 'operator', '--expires', '1h'];
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim();
}

function announce(ports, redisUrl, operator) {
  const where = redisUrl
    ? `two gateway nodes on ports ${ports.join(' and ')}, sharing Redis at ${redisUrl.replace(/\/\/[^/@]*@/, '//')}`
    : `one gateway node on port ${ports[0]}, keeping everything in memory (install redis-server 7 or later for two)`;
  const fleetLine = operator ? `\n    Fleet  http://localhost:${ports[0]}/fleet#${operator}` : '';
  console.log(`
  Tripcast is running: ${where}.
  A simulated fleet drives in Montevideo. DEMO MODE: whoever can open this page can watch it.

    Open   http://localhost:${ports[0]}/${fleetLine}
    Logs   ${join('.tripcast', '*.log')}
    Stop   Ctrl-C
`);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
