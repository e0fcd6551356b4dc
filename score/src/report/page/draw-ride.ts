// What was true (a ring and a thin line), measured (dots) and shown (an arrow and a thick line): told apart by their
// shapes as much as by their colours.

import { isFade, lastIndexAt, measuredAt, metresBetween, shownAt, trueAt } from './moments.ts';
import type { Palette } from './palette.ts';
import type { MeasuredSpot, Scene, ShownSpot, Spot } from './scene.ts';
import { type Point, pointOf, type View } from './view.ts';

/** How long the trail behind the car is, ms. */
const TRAIL_MS = 15_000;
/** Fixes fade within this, ms. */
const FIX_FADES_MS = 12_000;
const LEAST_ERROR_LABEL_METRES = 2;
const FONT = '650 12px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

type Context = CanvasRenderingContext2D;

export function drawRide(
  context: Context,
  scene: Scene,
  route: Path2D,
  atMs: number,
  palette: Palette,
  view: View,
): void {
  context.lineJoin = 'round';
  context.lineCap = 'round';
  drawRoute(context, route, palette, view);
  drawTruthLine(context, scene, atMs, palette, view);
  drawTrail(context, scene, atMs, palette, view);
  drawFixes(context, scene, atMs, palette, view);

  const shown = shownAt(scene, atMs);
  const trueThen = shown && trueAt(scene, shown.shownMs);
  if (shown && trueThen) drawError(context, shown, trueThen, palette, view);
  const trueNow = trueAt(scene, atMs);
  if (trueNow) drawTrueCar(context, pointOf(trueNow, view), trueNow.heading, palette);
  if (shown) drawShownCar(context, pointOf(shown, view), shown, palette);
}

function drawRoute(context: Context, route: Path2D, palette: Palette, { centre, ...view }: View): void {
  context.save();
  context.translate(view.width / 2, view.height / 2);
  context.scale(view.pixelsPerMetre, view.pixelsPerMetre);
  context.translate(-centre.east, -centre.south);
  context.strokeStyle = palette.route;
  context.lineWidth = 10 / view.pixelsPerMetre;
  context.stroke(route);
  context.restore();
}

/** All of it, thin; what has been driven, darker. */
function drawTruthLine(context: Context, scene: Scene, atMs: number, palette: Palette, view: View): void {
  const driven = scene.truth.slice(0, lastIndexAt(scene.truth, atMs) + 1);
  context.strokeStyle = palette.truth;
  context.lineWidth = 1.5;
  context.globalAlpha = 0.35;
  strokeLine(context, scene.truth, view);
  context.globalAlpha = 0.9;
  strokeLine(context, driven, view);
  context.globalAlpha = 1;
}

/** Where the rider saw the car lately; dashed where it was guessed, broken where it faded. */
function drawTrail(context: Context, { shown }: Scene, atMs: number, palette: Palette, view: View): void {
  const first = Math.max(0, lastIndexAt(shown, atMs - TRAIL_MS));
  context.strokeStyle = palette.shown;
  context.lineWidth = 4;
  context.lineCap = 'butt';
  context.globalAlpha = 0.6;
  for (const run of runsOfOneKind(shown.slice(first, lastIndexAt(shown, atMs) + 1))) {
    context.setLineDash(isGuess(run.at(-1)!) ? [3, 4] : []);
    strokeLine(context, run, view);
  }
  context.setLineDash([]);
  context.lineCap = 'round';
  context.globalAlpha = 1;
}

/** Known or guessed, each begins where the one before ended; a fade leaves a gap. */
function runsOfOneKind(shown: readonly ShownSpot[]): ShownSpot[][] {
  const runs: ShownSpot[][] = [];
  for (const [index, spot] of shown.entries()) {
    const before = shown[index - 1];
    if (!before || isFade(before, spot)) runs.push([spot]);
    else if (isGuess(before) !== isGuess(spot)) runs.push([before, spot]);
    else runs.at(-1)!.push(spot);
  }
  return runs;
}

function isGuess({ kind }: ShownSpot): boolean {
  return kind === 'extrapolated' || kind === 'stale';
}

function drawFixes(context: Context, scene: Scene, atMs: number, palette: Palette, view: View): void {
  const { known, underWay } = measuredAt(scene, atMs);
  context.lineWidth = 1.5;
  for (const fix of known) {
    const { x, y } = pointOf(fix, view);
    context.globalAlpha = Math.max(0.3, 1 - (atMs - fix.receivedMs) / FIX_FADES_MS);
    fillDisc(context, x, y, 4.5, palette.measured, palette.paper);
  }
  for (const fix of underWay) {
    const { x, y } = pointOf(fix, view);
    context.globalAlpha = 0.9;
    fillDisc(context, x, y, 4, palette.paper, palette.measured);
  }
  const newest = known.at(-1);
  if (newest) drawAccuracy(context, newest, palette, view);
  context.globalAlpha = 1;
}

function drawAccuracy(context: Context, fix: MeasuredSpot, palette: Palette, view: View): void {
  if (fix.accuracy === undefined) return;
  const { x, y } = pointOf(fix, view);
  context.beginPath();
  context.arc(x, y, fix.accuracy * view.pixelsPerMetre, 0, 2 * Math.PI);
  context.fillStyle = context.strokeStyle = palette.measured;
  context.globalAlpha = 0.12;
  context.fill();
  context.globalAlpha = 0.6;
  context.stroke();
}

/** From what is shown to where the car was at that moment: the error that is graded. */
function drawError(context: Context, shown: Spot, truth: Spot, palette: Palette, view: View): void {
  const [from, to] = [pointOf(shown, view), pointOf(truth, view)];
  context.strokeStyle = palette.truth;
  context.lineWidth = 2;
  context.setLineDash([2, 5]);
  strokeLine(context, [shown, truth], view);
  context.setLineDash([]);
  fillDisc(context, to.x, to.y, 3.5, palette.truth, palette.paper);
  const metres = metresBetween(shown, truth);
  if (metres < LEAST_ERROR_LABEL_METRES) return;
  const text = `${metres.toFixed(1)} m`;
  context.font = FONT;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const [x, y] = [Math.max(from.x, to.x) + 20, (from.y + to.y) / 2 - 14];
  context.lineWidth = 4;
  context.strokeStyle = palette.paper;
  context.strokeText(text, x, y);
  context.fillStyle = palette.truth;
  context.fillText(text, x, y);
}

function drawTrueCar(context: Context, { x, y }: Point, heading: number, palette: Palette): void {
  context.save();
  context.translate(x, y);
  context.lineWidth = 5;
  context.strokeStyle = palette.paper;
  strokeCircle(context, 11);
  context.lineWidth = 2.5;
  context.strokeStyle = palette.truth;
  strokeCircle(context, 11);
  context.rotate((heading * Math.PI) / 180);
  context.beginPath();
  context.moveTo(-5, -14);
  context.lineTo(0, -20);
  context.lineTo(5, -14);
  context.closePath();
  context.fillStyle = palette.truth;
  context.fill();
  context.restore();
}

function drawShownCar(context: Context, { x, y }: Point, shown: ShownSpot, palette: Palette): void {
  context.save();
  context.translate(x, y);
  if (isGuess(shown)) {
    context.setLineDash([4, 4]);
    context.lineWidth = 1.5;
    context.strokeStyle = palette.shown;
    strokeCircle(context, 18);
    context.setLineDash([]);
  }
  context.globalAlpha = Math.max(0.2, shown.opacity) * (isGuess(shown) ? 0.65 : 1);
  context.rotate((shown.heading * Math.PI) / 180);
  context.beginPath();
  context.moveTo(0, -12);
  context.lineTo(8.5, 10);
  context.lineTo(0, 5.5);
  context.lineTo(-8.5, 10);
  context.closePath();
  context.lineWidth = 3.5;
  context.strokeStyle = palette.paper;
  context.stroke();
  context.fillStyle = palette.shown;
  context.fill();
  context.restore();
}

function strokeLine(context: Context, line: readonly Spot[], view: View): void {
  context.beginPath();
  for (const spot of line) {
    const { x, y } = pointOf(spot, view);
    context.lineTo(x, y);
  }
  context.stroke();
}

function strokeCircle(context: Context, radius: number): void {
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.stroke();
}

function fillDisc(context: Context, x: number, y: number, radius: number, fill: string, edge: string): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = edge;
  context.stroke();
}
