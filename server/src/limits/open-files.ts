import { readFileSync } from 'node:fs';
import type { Log } from '../log.ts';

/** Open files that are none of our sockets: connections to Redis, requests, what Node itself has open. */
const OTHER_FILES = 256;
/** Fewer sockets are a mistake of whoever has set the machine up. */
const FEW_SOCKETS = 10_000;

/** How many sockets the process has files for, at most `wanted`. Where it is fewer, the log says what to do. */
export function socketsThatFit(wanted: number, log: Log, limits = readLimits()): number {
  const files = openFiles(limits);
  if (files === undefined || wanted + OTHER_FILES <= files) return wanted;
  const sockets = Math.max(1, files - OTHER_FILES);
  log[sockets < FEW_SOCKETS ? 'warn' : 'info'](
    { files, sockets, wanted },
    `only ${files} files may be open: the node takes ${sockets} sockets; raise it ("ulimit -n", LimitNOFILE)`,
  );
  return sockets;
}

/** As Linux tells; elsewhere nobody does. */
function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}

function openFiles(limits: string): number | undefined {
  const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}
