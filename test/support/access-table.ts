// docs/access.md, read for trying.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a call's trip and vehicle are, in the order of a cell's statuses. */
export const STATES = ['under way', 'ended', 'ended long ago', "another's", 'not there'] as const;
export type State = (typeof STATES)[number];

/** Whose token a call is made with, in the order of the columns. */
export const CALLERS = ['no live token', 'operator', 'driver', 'rider', 'share'] as const;
export type Caller = (typeof CALLERS)[number];

/** A call by somebody, and the status that it gets in each state that there is. */
export interface Cell {
  /** `GET`, …, or `WS` for a socket. */
  method: string;
  /** As `/openapi.json` has it. */
  path: string;
  body: object | undefined;
  caller: Caller;
  statuses: [State, number][];
}

/** Every cell of the table. @throws Error for one that makes no sense */
export function readAccessTable(): Cell[] {
  const page = readFileSync(`${root}docs/access.md`, 'utf8');
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => {
      const [call = '', body = '', ...cells] = line
        .split('|')
        .slice(1, -1)
        .map((text) => text.trim().replaceAll('`', ''));
      const [method = '', path = ''] = call.split(' ');
      if (cells.length !== CALLERS.length) throw new Error(`not one cell for each caller: ${line}`);
      return CALLERS.map((caller, column) => ({
        method,
        path,
        body: body === '' ? undefined : (JSON.parse(body) as object),
        caller,
        statuses: readCell(cells[column]!),
      }));
    });
}

function readCell(text: string): [State, number][] {
  const statuses = text.split(' ');
  if (statuses.length !== 1 && statuses.length !== STATES.length) throw new Error(`no cell: ${text}`);
  return STATES.flatMap((state, index): [State, number][] => {
    const status = statuses.length === 1 ? statuses[0]! : statuses[index]!;
    if (status === '–') return [];
    if (!/^\d{3}$/.test(status)) throw new Error(`no status: ${status} in ${text}`);
    return [[state, Number(status)]];
  });
}

/** The paths of all sockets, as the source of `server/src/sockets` serves them. */
export function servedSockets(): string[] {
  const folder = `${root}server/src/sockets/`;
  const served = readdirSync(folder).flatMap((file) =>
    [...readFileSync(folder + file, 'utf8').matchAll(/\bapp\.ws\b[^(]*\(\s*'([^']+)'/g)].map(
      ([, path]) => path!,
    ),
  );
  return served.map((path) => path.replaceAll(/:(\w+)/g, '{$1}'));
}
