// Headings, in degrees clockwise from north, turn the short way: from 350° to 10° through north.

/** How far to turn from `from` to `to`: -180 < turn ≤ 180, positive clockwise. */
export function turnBetween(from: number, to: number): number {
  const turn = (((to - from) % 360) + 360) % 360;
  return turn > 180 ? turn - 360 : turn;
}

/** The heading at `fraction` (0 to 1) of the short turn from `from` to `to`, 0 ≤ heading < 360. */
export function headingBetween(from: number, to: number, fraction: number): number {
  return normalHeading(from + turnBetween(from, to) * fraction);
}

export function normalHeading(heading: number): number {
  const normal = ((heading % 360) + 360) % 360;
  return normal === 360 ? 0 : normal; // -1e-15 + 360 rounds to 360
}
