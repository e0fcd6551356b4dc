import type { Road } from './basemap.ts';

/** Pieces of the same name that meet end to end, as one line each: a street is mapped in pieces, but read as one. */
export function joinedRoads(roads: readonly Road[]): { name: string; line: Float64Array }[] {
  const pieces = new Map<string, Float64Array[]>();
  for (const { name, line } of roads) {
    if (!name) continue;
    const same = pieces.get(name);
    if (same) same.push(line);
    else pieces.set(name, [line]);
  }
  return [...pieces].flatMap(([name, lines]) => joinLines(lines).map((line) => ({ name, line })));
}

function joinLines(lines: readonly Float64Array[]): Float64Array[] {
  const joined: Float64Array[] = [];
  const left = new Set(lines);
  for (const first of left) {
    left.delete(first);
    let line = first;
    for (let grown = true; grown; ) {
      grown = false;
      for (const next of left) {
        const longer = joinTwo(line, next);
        if (!longer) continue;
        left.delete(next);
        line = longer;
        grown = true;
      }
    }
    joined.push(line);
  }
  return joined;
}

function joinTwo(a: Float64Array, b: Float64Array): Float64Array | undefined {
  if (meet(a, a.length - 2, b, 0)) return concatenate(a, b);
  if (meet(a, 0, b, b.length - 2)) return concatenate(b, a);
  if (meet(a, a.length - 2, b, b.length - 2)) return concatenate(a, reversed(b));
  if (meet(a, 0, b, 0)) return concatenate(reversed(a), b);
  return undefined;
}

function meet(a: Float64Array, at: number, b: Float64Array, bt: number): boolean {
  return a[at] === b[bt] && a[at + 1] === b[bt + 1];
}

function concatenate(a: Float64Array, b: Float64Array): Float64Array {
  const line = new Float64Array(a.length + b.length - 2);
  line.set(a);
  line.set(b.subarray(2), a.length);
  return line;
}

function reversed(line: Float64Array): Float64Array {
  const turned = new Float64Array(line.length);
  for (let index = 0; index < line.length; index += 2) {
    turned[index] = line[line.length - 2 - index]!;
    turned[index + 1] = line[line.length - 1 - index]!;
  }
  return turned;
}
