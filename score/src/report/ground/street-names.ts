import type { Spot, StreetName } from '../page/scene.ts';

/** Shorter pieces have no room for a name, m. */
const LEAST_METRES = 40;
/** A street is named again after this, m. */
const APART_METRES = 220;

/** Where names can be written: on the longest straight pieces of each street, not too often. */
export function streetNames(streets: readonly { name: string; line: readonly Spot[] }[]): StreetName[] {
  const pieces = streets.flatMap(({ name, line }) =>
    line.slice(1).map((to, index) => straightPiece(name, line[index]!, to)),
  );
  const kept = new Map<string, StreetName[]>();
  for (const piece of pieces.sort((a, b) => b.metres - a.metres)) {
    if (piece.metres < LEAST_METRES) break;
    const same = kept.get(piece.text) ?? [];
    if (same.some((other) => metresBetween(other, piece) < APART_METRES)) continue;
    kept.set(piece.text, [...same, piece]);
  }
  return [...kept.values()].flat();
}

function straightPiece(text: string, from: Spot, to: Spot): StreetName {
  const angle = Math.atan2(to.south - from.south, to.east - from.east);
  const radians = Math.abs(angle) > Math.PI / 2 ? angle - Math.sign(angle) * Math.PI : angle;
  return {
    text,
    east: Math.round((from.east + to.east) / 2),
    south: Math.round((from.south + to.south) / 2),
    radians: Number(radians.toFixed(3)),
    metres: Math.round(metresBetween(from, to)),
  };
}

function metresBetween(a: Spot, b: Spot): number {
  return Math.hypot(a.east - b.east, a.south - b.south);
}
