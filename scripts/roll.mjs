// Restarts the gateway nodes of a compose project one by one, with whatever image and settings are there now, so that no
// follower misses a fix and no driver's fix is lost: a new node comes first, then an old one leaves politely. Takes what
// `docker compose` takes from the environment (COMPOSE_FILE, COMPOSE_PROJECT_NAME, .env) and must be run where it is.
import { spawnSync } from 'node:child_process';

const USAGE = `Usage: npm run roll [-- --build]

  --build   builds the image anew first
  --help    this text
`;
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;
/** Longer than a node drains; the compose file says the same. */
const LEAVE_WITHIN_S = 40;
/** Of a node that does not come up, so many last lines say why. */
const LINES_OF_A_FAILURE = 20;

/** Runs docker and returns what it printed. @throws Error with what it said */
function docker(...args) {
  const { status, stdout, stderr, error } = spawnSync('docker', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`docker ${args.join(' ')}\n${error?.message ?? stderr}`);
  return stdout.trim();
}

/** The ids of the nodes, of those that don't run, too. */
function nodes() {
  return docker('compose', 'ps', '--all', '--quiet', 'gateway').split('\n').filter(Boolean);
}

/** In the engine's words, and how often it was started again because it had ended. */
function stateOf(id) {
  const [status, restarts] = docker('inspect', '--format', '{{.State.Status}} {{.RestartCount}}', id).split(
    ' ',
  );
  return { status, restarts: Number(restarts) };
}

/** The addresses of nodes to which the load balancer gives sockets. */
function addressesInService() {
  const ask =
    'exec 3<>/dev/tcp/127.0.0.1/8404 && printf "GET /stats;csv HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3';
  const lines = docker('compose', 'exec', '-T', 'haproxy', 'bash', '-c', ask).split('\n');
  const columns = lines
    .find((line) => line.startsWith('# '))
    .slice(2)
    .split(',');
  return lines
    .filter((line) => line.startsWith('sockets,node'))
    .map((line) => Object.fromEntries(line.split(',').map((value, index) => [columns[index], value])))
    .filter(({ status, check_status: check }) => status.startsWith('UP') && check === 'L7OK')
    .map(({ addr }) => addr.split(':')[0]);
}

async function untilInService(id) {
  const networks = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
  const addresses = docker('inspect', '--format', networks, id).split(' ');
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!addressesInService().some((address) => addresses.includes(address))) {
    const { status, restarts } = stateOf(id);
    if (status !== 'running' || restarts > 0) throw new Error(`the new node ${short(id)} does not stay up`);
    if (Date.now() > deadline) throw new Error(`the new node ${short(id)} takes no sockets`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** One node more. Resolves to its id when it takes sockets; when it can't, nothing is left of it. @throws Error with its last words */
async function addNode() {
  const before = new Set(nodes());
  const fresh = () => nodes().filter((id) => !before.has(id));
  try {
    const scale = `gateway=${before.size + 1}`;
    docker('compose', 'up', '--detach', '--no-deps', '--no-recreate', '--scale', scale, 'gateway');
    const [id] = fresh();
    await untilInService(id);
    return id;
  } catch (error) {
    const lastWords = fresh().map((id) => {
      const { stdout, stderr } = spawnSync('docker', ['logs', '--tail', String(LINES_OF_A_FAILURE), id], {
        encoding: 'utf8',
      });
      remove(id);
      return stdout + stderr;
    });
    throw new Error(
      [error.message, ...lastWords, 'it is gone again; the others are as they were'].join('\n'),
    );
  }
}

/** It leaves politely, if it is there at all. */
function remove(id) {
  docker('stop', '-t', String(LEAVE_WITHIN_S), id);
  docker('rm', id);
}

async function roll() {
  const old = nodes();
  if (old.length === 0) throw new Error('there is no gateway here');
  for (const id of old) {
    const { status } = stateOf(id);
    if (status !== 'running') console.log(`${short(id)} does not run (${status}); it is replaced, too`);
  }
  for (const [index, id] of old.entries()) {
    const fresh = await addNode();
    remove(id);
    console.log(`${index + 1} of ${old.length}: ${short(id)} has left, ${short(fresh)} serves`);
  }
}

function short(id) {
  return id.slice(0, 12);
}

const options = process.argv.slice(2);
if (options.includes('--help') || options.some((option) => option !== '--build')) {
  console.log(USAGE);
  process.exit(options.includes('--help') ? 0 : 2);
}
try {
  if (options.includes('--build')) docker('compose', 'build', 'gateway');
  await roll();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
