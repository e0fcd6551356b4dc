// The processes of `npm start`: each logs to a file of its own, is told when to stop, and ends when we do.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const READY_WITHIN_MS = 30_000;
/** After this a child that was told to stop is killed, ms. */
const STOP_WITHIN_MS = 8_000;
/** pino's number for "warn". */
const WARN = 40;

export class Children {
  #logs;
  /** In the order in which they were started. */
  #running = [];
  #onEnd = () => {};
  #ended = new Promise((resolve) => {
    this.#onEnd = resolve;
  });

  /** @param logs the folder for their logs */
  constructor(logs) {
    this.#logs = logs;
  }

  /** @param show what of its output is for the terminal: 'all', 'warnings' (of JSON lines), 'nothing' */
  start(name, script, { args = [], env = {}, show }) {
    const output = show === 'all' ? 'inherit' : 'pipe';
    // A process group of its own: Ctrl-C reaches us alone, and we stop the others in order. The channel tells it when we
    // are gone.
    const child = spawn(process.execPath, [script, ...args.map(String)], {
      env: {
        ...process.env,
        ...Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value)])),
      },
      stdio: ['ignore', output, output, 'ipc'],
      detached: true,
    });
    if (output === 'pipe') this.#keepLog(name, child, show);
    this.#running.push({ name, child });
    child.on('exit', () => {
      this.#running = this.#running.filter((one) => one.child !== child);
      this.#onEnd(name);
    });
  }

  /** Resolves to the name of the first child that ends. */
  untilOneEnds() {
    return this.#ended;
  }

  /** Stops the last started first, and waits for each. */
  async stopAll() {
    while (this.#running.length > 0) {
      const last = this.#running.at(-1).name.replace(/-\d+$/, '');
      const together = this.#running.filter(({ name }) => name.startsWith(last));
      await Promise.all(together.map(({ child }) => stop(child)));
      this.#running = this.#running.filter((one) => !together.includes(one));
    }
  }

  #keepLog(name, child, show) {
    const file = createWriteStream(join(this.#logs, `${name}.log`));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        file.write(`${line}\n`);
        const message = show === 'warnings' && warningOf(line);
        if (message) console.error(`${name}: ${message}`);
      });
    }
  }
}

/** What a log line warns of; what is no log line is worth showing too. */
function warningOf(line) {
  try {
    const { level, msg } = JSON.parse(line);
    return level >= WARN && msg;
  } catch {
    return line;
  }
}

function stop(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.on('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** Resolves when the address answers 200. Rejects when a child ends first, or after 30 s. */
export async function untilReady(url, children) {
  const deadline = Date.now() + READY_WITHIN_MS;
  let ended;
  children.untilOneEnds().then((name) => {
    ended = name;
  });
  while (!ended && Date.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined); // not listening yet
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(ended ? `${ended} could not start` : `${url} does not answer; see the logs in .tripcast`);
}

export function isPortFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
