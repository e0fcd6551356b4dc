// What a process has spent and holds, from Linux's /proc.

import { readFileSync } from 'node:fs';

/** Linux tells times in hundredths of a second. */
const MICROS_PER_TICK = 10_000;

/** User and system time so far, µs. @throws Error when there is no such process */
export function cpuMicrosOf(pid: number): number {
  return cpuMicrosIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Resident memory, bytes. @throws Error when there is no such process */
export function residentBytesOf(pid: number): number {
  return residentBytesIn(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/** @param stat the text of `/proc/<pid>/stat`: fields 14 and 15 (proc(5)), after the command in parentheses */
export function cpuMicrosIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
}

/** @param status the text of `/proc/<pid>/status` */
export function residentBytesIn(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}

/** What the kernel holds for all sockets of this machine, bytes: its slab, where they and their files are. */
export function kernelSlabBytes(): number {
  return Number(/^Slab:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1_024;
}
