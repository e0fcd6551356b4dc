import { type Coords, type DoneCallback, GridLayer } from 'leaflet';
import type { Basemap } from './basemap.ts';
import { textMeasure } from './draw-labels.ts';
import { drawTile, type TileView } from './draw-tile.ts';
import { type Label, placeLabels } from './labels.ts';
import type { Palette } from './palette.ts';

const TILE_PIXELS = 256;
/** Tiles along a block's side: labels are placed for a block at once. */
const BLOCK_TILES = 4;
const BLOCKS_KEPT = 24;
/** A frame's share for drawing tiles, ms: the car glides on while a city is drawn. */
const SLICE_MS = 6;
const PIXEL_RATIO_LIMIT = 2; // sharper is not seen, and costs a phone the square of it

interface WaitingTile {
  canvas: HTMLCanvasElement;
  coords: Coords;
  done: DoneCallback | undefined;
}

/** The streets as a tile layer, drawn here rather than fetched. */
export class BasemapLayer extends GridLayer {
  readonly #basemap: Basemap;
  #palette: Palette;
  readonly #waiting: WaitingTile[] = [];
  #frame: number | undefined;
  readonly #blocks = new Map<string, readonly Label[]>();
  readonly #measure = textMeasure(document.createElement('canvas').getContext('2d')!);

  constructor(basemap: Basemap, palette: Palette) {
    super({ tileSize: TILE_PIXELS, updateWhenIdle: false, updateInterval: 100, keepBuffer: 2 });
    this.#basemap = basemap;
    this.#palette = palette;
  }

  setPalette(palette: Palette): void {
    this.#palette = palette;
    this.repaint();
  }

  /** Draws the shown tiles again where they are: the basemap has grown, or its colours have changed. */
  repaint(): void {
    this.#blocks.clear();
    for (const { el, coords } of Object.values(this._tiles)) {
      this.#enqueue({ canvas: el as HTMLCanvasElement, coords, done: undefined });
    }
  }

  override createTile(coords: Coords, done: DoneCallback): HTMLElement {
    const canvas = document.createElement('canvas');
    this.#enqueue({ canvas, coords, done });
    return canvas;
  }

  override onRemove(map: L.Map): this {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#waiting.length = 0;
    super.onRemove(map);
    return this;
  }

  #enqueue(tile: WaitingTile): void {
    this.#waiting.push(tile);
    this.#frame ??= requestAnimationFrame(this.#drawSlice);
  }

  readonly #drawSlice = (): void => {
    this.#frame = undefined;
    const until = performance.now() + SLICE_MS;
    while (performance.now() < until) {
      const tile = this.#waiting.shift();
      if (!tile) return;
      this.#draw(tile);
    }
    if (this.#waiting.length > 0) this.#frame = requestAnimationFrame(this.#drawSlice);
  };

  #draw({ canvas, coords, done }: WaitingTile): void {
    const pixelRatio = Math.min(window.devicePixelRatio || 1, PIXEL_RATIO_LIMIT);
    const side = Math.round(TILE_PIXELS * pixelRatio);
    if (canvas.width !== side) {
      canvas.width = side;
      canvas.height = side;
    }
    const worldPixels = 256 * 2 ** coords.z;
    const view: TileView = {
      x: (coords.x * TILE_PIXELS) / worldPixels,
      y: (coords.y * TILE_PIXELS) / worldPixels,
      worldPixels,
      sizePixels: TILE_PIXELS,
      zoom: coords.z,
    };
    drawTile(
      canvas.getContext('2d')!,
      this.#basemap,
      this.#labelsOf(coords),
      this.#palette,
      view,
      side / TILE_PIXELS,
    );
    done?.(undefined, canvas);
  }

  #labelsOf({ x, y, z }: Coords): readonly Label[] {
    const blockX = Math.floor(x / BLOCK_TILES);
    const blockY = Math.floor(y / BLOCK_TILES);
    const key = `${z}/${blockX}/${blockY}`;
    const known = this.#blocks.get(key);
    if (known) return known;
    const worldPixels = 256 * 2 ** z;
    const size = (BLOCK_TILES * TILE_PIXELS) / worldPixels;
    const box = {
      minX: blockX * size,
      minY: blockY * size,
      maxX: (blockX + 1) * size,
      maxY: (blockY + 1) * size,
    };
    const labels = placeLabels(this.#basemap, { box, worldPixels, zoom: z }, this.#measure);
    this.#blocks.set(key, labels);
    const oldest = this.#blocks.keys().next();
    if (this.#blocks.size > BLOCKS_KEPT && !oldest.done) this.#blocks.delete(oldest.value);
    return labels;
  }
}
