import { type Coords, type DoneCallback, GridLayer, type Map as LeafletMap } from 'leaflet';
import type { TileView } from './draw-tile.ts';

const TILE_PIXELS = 256;
/**
 * A frame's share for drawing tiles, of all layers together: the car glides on while a city is drawn. What is drawn is
 * handed to the compositor after the frame, which takes a phone as long again: so few tiles, however little time each took.
 */
const SLICE = { ms: 5, tiles: 3 };
const PIXEL_RATIO_LIMIT = 2; // sharper is not seen, and costs a phone the square of it

/** What was drawn in the frame of this timestamp. */
const drawn = { timestampMs: -1, untilMs: 0, tiles: 0 };

interface WaitingTile {
  coords: Coords;
  done: DoneCallback | undefined;
}

/** A tile layer that is drawn here rather than fetched, a few tiles in each frame. */
export abstract class DrawnTiles extends GridLayer {
  /** In the order in which they were asked for; once each, however often the city has grown since. */
  readonly #waiting = new Map<HTMLCanvasElement, WaitingTile>();
  #frame: number | undefined;

  constructor(pane: string) {
    super({ pane, tileSize: TILE_PIXELS, updateWhenIdle: false, updateInterval: 100, keepBuffer: 2 });
    // What has left the view before it was drawn isn't drawn.
    this.on('tileunload', ({ tile }: { tile: unknown }) => this.#waiting.delete(tile as HTMLCanvasElement));
  }

  /** Draws a tile; the context is scaled to CSS pixels and holds what was there before. */
  protected abstract draw(context: CanvasRenderingContext2D, view: TileView): void;

  /** Draws the shown tiles again where they are. */
  repaint(): void {
    const shown = this._tiles ?? {}; // none before the map has a view
    for (const { el, coords } of Object.values(shown)) {
      this.#enqueue(el as HTMLCanvasElement, { coords, done: undefined });
    }
  }

  override createTile(coords: Coords, done: DoneCallback): HTMLElement {
    const canvas = document.createElement('canvas');
    this.#enqueue(canvas, { coords, done });
    return canvas;
  }

  override onRemove(map: LeafletMap): this {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#waiting.clear();
    super.onRemove(map);
    return this;
  }

  #enqueue(canvas: HTMLCanvasElement, tile: WaitingTile): void {
    if (!this.#waiting.has(canvas)) this.#waiting.set(canvas, tile);
    this.#frame ??= requestAnimationFrame(this.#drawSlice);
  }

  readonly #drawSlice = (timestampMs: number): void => {
    this.#frame = undefined;
    if (drawn.timestampMs !== timestampMs) {
      Object.assign(drawn, { timestampMs, untilMs: performance.now() + SLICE.ms, tiles: 0 });
    }
    while (drawn.tiles < SLICE.tiles && performance.now() < drawn.untilMs) {
      const next = this.#waiting.entries().next();
      if (next.done) return;
      const [canvas, tile] = next.value;
      this.#waiting.delete(canvas);
      this.#drawTile(canvas, tile);
      drawn.tiles++;
    }
    if (this.#waiting.size > 0) this.#frame = requestAnimationFrame(this.#drawSlice);
  };

  #drawTile(canvas: HTMLCanvasElement, { coords, done }: WaitingTile): void {
    const pixelRatio = Math.min(window.devicePixelRatio || 1, PIXEL_RATIO_LIMIT);
    const side = Math.round(TILE_PIXELS * pixelRatio);
    if (canvas.width !== side) {
      canvas.width = side;
      canvas.height = side;
    }
    const context = canvas.getContext('2d')!;
    context.setTransform(side / TILE_PIXELS, 0, 0, side / TILE_PIXELS, 0, 0);
    const worldPixels = TILE_PIXELS * 2 ** coords.z;
    this.draw(context, {
      x: (coords.x * TILE_PIXELS) / worldPixels,
      y: (coords.y * TILE_PIXELS) / worldPixels,
      worldPixels,
      sizePixels: TILE_PIXELS,
      zoom: coords.z,
    });
    done?.(undefined, canvas);
  }
}
