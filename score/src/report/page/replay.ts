// The replay in the reader's browser: a slider, a play button, and a canvas that follows them.

import { drawGround, groundPaths } from './draw-ground.ts';
import { drawRide } from './draw-ride.ts';
import { errorOf, measuredAt, shownAt, trueAt } from './moments.ts';
import { type Palette, paletteOf } from './palette.ts';
import type { Scene, Spot } from './scene.ts';
import { closeView, type View, wholeView } from './view.ts';
import { factsAt, inWords } from './words.ts';

const replay = document.querySelector<HTMLElement>('.replay');
const sceneText = document.querySelector('#scene')?.textContent;
if (replay && sceneText) start(replay, JSON.parse(sceneText));

function start(root: HTMLElement, scene: Scene): void {
  const find = <T extends Element>(selector: string) => root.querySelector<T>(selector)!;
  const canvas = find<HTMLCanvasElement>('canvas');
  const context = canvas.getContext('2d')!;
  const slider = find<HTMLInputElement>('input[type=range]');
  const playButton = find<HTMLButtonElement>('.play');
  const rate = find<HTMLSelectElement>('.rate');
  const isWhole = find<HTMLInputElement>('.whole input');
  const ground = groundPaths(scene.ground);
  const route = new Path2D(scene.route);
  let palette: Palette = paletteOf(root);
  let playing: { frame: number; lastMs: number } | undefined;
  let atMs = scene.worstMs;

  function draw(): void {
    const { width, height } = canvas.getBoundingClientRect();
    const pixels = window.devicePixelRatio || 1;
    if (width === 0) return;
    const [across, down] = [Math.round(width * pixels), Math.round(height * pixels)];
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across;
      canvas.height = down;
    }
    context.setTransform(pixels, 0, 0, pixels, 0, 0);
    const view = viewOf(width, height);
    drawGround(context, ground, palette, view);
    drawRide(context, scene, route, atMs, palette, view);
  }

  function viewOf(width: number, height: number): View {
    return isWhole.checked ? wholeView(scene, width, height) : closeView(lookedAt(), width, height);
  }

  /** Between the car and its picture, so that neither leaves the map. */
  function lookedAt(): Spot {
    const places = [trueAt(scene, atMs), shownAt(scene, atMs)].filter((spot) => spot !== undefined);
    if (places.length === 0) return { east: 0, south: 0 };
    const mean = (of: (spot: Spot) => number) =>
      places.reduce((sum, spot) => sum + of(spot), 0) / places.length;
    return { east: mean(({ east }) => east), south: mean(({ south }) => south) };
  }

  function show(toMs: number): void {
    atMs = Math.min(scene.untilMs, Math.max(scene.fromMs, toMs));
    slider.value = String(atMs);
    const shown = shownAt(scene, atMs);
    const error = shown && errorOf(scene, shown);
    const facts = factsAt(atMs, scene.fromMs, shown, error, measuredAt(scene, atMs).known);
    slider.setAttribute('aria-valuetext', inWords(facts));
    for (const [name, text] of Object.entries(facts)) find(`[data-fact=${name}]`).textContent = text;
    draw();
  }

  function play(): void {
    if (atMs >= scene.untilMs) show(scene.fromMs);
    playButton.setAttribute('aria-label', 'Pause');
    root.classList.add('is-playing');
    playing = { frame: requestAnimationFrame(step), lastMs: performance.now() };
  }

  function step(nowMs: number): void {
    if (!playing) return;
    show(atMs + Math.max(0, nowMs - playing.lastMs) * Number(rate.value));
    if (atMs >= scene.untilMs) pause();
    else playing = { frame: requestAnimationFrame(step), lastMs: nowMs };
  }

  function pause(): void {
    if (playing) cancelAnimationFrame(playing.frame);
    playing = undefined;
    playButton.setAttribute('aria-label', 'Play');
    root.classList.remove('is-playing');
  }

  function repaint(): void {
    palette = paletteOf(root);
    draw();
  }

  playButton.addEventListener('click', () => (playing ? pause() : play()));
  slider.addEventListener('input', () => {
    pause();
    show(Number(slider.value));
  });
  isWhole.addEventListener('change', draw);
  new ResizeObserver(draw).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  addEventListener('beforeprint', () => {
    document.documentElement.classList.add('on-paper');
    repaint();
  });
  addEventListener('afterprint', () => {
    document.documentElement.classList.remove('on-paper');
    repaint();
  });
  show(atMs);
}
