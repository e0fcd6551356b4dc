import type { Label } from './labels.ts';
import type { WorldLine } from './mercator.ts';

/** Half of the route's line and a little air, CSS pixels. */
const ROUTE_PIXELS = 7;
const ALONG_RADIANS = 0.4;

/** The labels, with those that would be written on the route put beside it: the line stays whole, and its streets named. */
export function besideRoute(
  labels: readonly Label[],
  route: WorldLine,
  worldPixels: number,
): readonly Label[] {
  return labels.map((label) => {
    if (label.kind !== 'road') return label;
    const reach = (ROUTE_PIXELS + label.fontPixels / 2) / worldPixels;
    if (!runsAlong(route, label, reach)) return label;
    return {
      ...label,
      x: label.x + Math.sin(label.angle) * reach,
      y: label.y - Math.cos(label.angle) * reach,
    };
  });
}

/** Whether a part of the line passes the label's middle within `reach` (world units), in its direction. */
function runsAlong(line: WorldLine, { x, y, angle }: Label, reach: number): boolean {
  for (let index = 2; index < line.length; index += 2) {
    const ax = line[index - 2]!;
    const ay = line[index - 1]!;
    const dx = line[index]! - ax;
    const dy = line[index + 1]! - ay;
    const square = dx * dx + dy * dy;
    if (square === 0) continue;
    const fraction = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / square));
    if (Math.hypot(ax + dx * fraction - x, ay + dy * fraction - y) > reach) continue;
    const between = Math.abs(Math.sin(Math.atan2(dy, dx) - angle));
    if (between < Math.sin(ALONG_RADIANS)) return true;
  }
  return false;
}
