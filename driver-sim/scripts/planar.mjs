// Geometry on the tiles' grid. Distances are in grid steps; `stepMetres` of the extract converts.

/** Douglas and Peucker (1973): the line with fewer points, nowhere farther from the original than `tolerance`. */
export function simplify(line, tolerance) {
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const spans = [[0, line.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    let farthest = 0;
    let farthestAway = tolerance;
    for (let index = first + 1; index < last; index++) {
      const away = distanceToSegment(line[index], line[first], line[last]);
      if (away > farthestAway) [farthest, farthestAway] = [index, away];
    }
    if (farthest === 0) continue;
    keep[farthest] = 1;
    spans.push([first, farthest], [farthest, last]);
  }
  return line.filter((_, index) => keep[index]);
}

/** Twice the area inside a closed ring; positive clockwise as seen on a map (y grows to the south). */
export function signedArea(ring) {
  let sum = 0;
  for (let index = 1; index < ring.length; index++) {
    const [a, b] = [ring[index - 1], ring[index]];
    sum += (a.x - ring[0].x) * (b.y - ring[0].y) - (b.x - ring[0].x) * (a.y - ring[0].y);
  }
  return sum;
}

/** The centre of mass of a closed ring. */
export function centreOf(ring) {
  const origin = ring[0];
  let [x, y, area] = [0, 0, 0];
  for (let index = 1; index < ring.length; index++) {
    const a = { x: ring[index - 1].x - origin.x, y: ring[index - 1].y - origin.y };
    const b = { x: ring[index].x - origin.x, y: ring[index].y - origin.y };
    const cross = a.x * b.y - b.x * a.y;
    area += cross;
    x += (a.x + b.x) * cross;
    y += (a.y + b.y) * cross;
  }
  return area === 0 ? origin : { x: origin.x + x / (3 * area), y: origin.y + y / (3 * area) };
}

/** Whether `point` is inside a closed ring (crossing number). */
export function isInside(point, ring) {
  let inside = false;
  for (let index = 1; index < ring.length; index++) {
    const [a, b] = [ring[index - 1], ring[index]];
    if (a.y > point.y === b.y > point.y) continue;
    if (point.x < a.x + ((point.y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
  }
  return inside;
}

function distanceToSegment(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : ((point.x - a.x) * dx + (point.y - a.y) * dy) / length2;
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(point.x - a.x - t * dx, point.y - a.y - t * dy);
}
