import type { Map as LeafletMap } from 'leaflet';
import type { Basemap } from './basemap.ts';
import { besideRoute } from './beside-route.ts';
import { drawLabels, textMeasure } from './draw-labels.ts';
import type { TileView } from './draw-tile.ts';
import { DrawnTiles } from './drawn-tiles.ts';
import { type Label, placeLabels } from './labels.ts';
import type { WorldLine } from './mercator.ts';
import type { Palette } from './palette.ts';

/** Tiles along a block's side: labels are placed for a block at once. */
const BLOCK_TILES = 4;
const BLOCKS_KEPT = 24;
const PANE = 'labels';

/** The names, in a pane of their own: above the route, below the car. */
export class LabelTiles extends DrawnTiles {
  readonly #basemap: Basemap;
  #palette: Palette;
  #route: WorldLine | undefined;
  readonly #blocks = new Map<string, readonly Label[]>();
  /** Blocks as they are beside the present route. */
  #beside = new WeakMap<readonly Label[], readonly Label[]>();
  readonly #pen = document.createElement('canvas').getContext('2d')!;
  #measure = textMeasure(this.#pen);

  constructor(basemap: Basemap, palette: Palette) {
    super(PANE);
    this.#basemap = basemap;
    this.#palette = palette;
  }

  setPalette(palette: Palette): void {
    this.#palette = palette;
    this.repaint();
  }

  /** Keeps names off this line. */
  setRoute(route: WorldLine | undefined): void {
    this.#route = route;
    this.#beside = new WeakMap();
    super.repaint(); // where names can be is known
  }

  override repaint(): void {
    this.#blocks.clear();
    this.#measure = textMeasure(this.#pen);
    super.repaint();
  }

  override beforeAdd(map: LeafletMap): this {
    const pane = map.getPane(PANE) ?? map.createPane(PANE);
    pane.style.zIndex = '450';
    pane.style.pointerEvents = 'none';
    return super.beforeAdd?.(map) ?? this;
  }

  protected override draw(context: CanvasRenderingContext2D, view: TileView): void {
    context.clearRect(0, 0, view.sizePixels, view.sizePixels);
    drawLabels(context, this.#offRoute(this.#labelsOf(view), view), this.#palette, view);
  }

  #offRoute(placed: readonly Label[], { worldPixels }: TileView): readonly Label[] {
    if (!this.#route) return placed;
    const known = this.#beside.get(placed);
    if (known) return known;
    const beside = besideRoute(placed, this.#route, worldPixels);
    this.#beside.set(placed, beside);
    return beside;
  }

  #labelsOf({ x, y, sizePixels, worldPixels, zoom }: TileView): readonly Label[] {
    const size = (BLOCK_TILES * sizePixels) / worldPixels;
    const blockX = Math.floor(x / size + 1e-6);
    const blockY = Math.floor(y / size + 1e-6);
    const key = `${zoom}/${blockX}/${blockY}`;
    const known = this.#blocks.get(key);
    if (known) return known;
    const box = {
      minX: blockX * size,
      minY: blockY * size,
      maxX: (blockX + 1) * size,
      maxY: (blockY + 1) * size,
    };
    const labels = placeLabels(this.#basemap, { box, worldPixels, zoom }, this.#measure);
    this.#blocks.set(key, labels);
    const oldest = this.#blocks.keys().next();
    if (this.#blocks.size > BLOCKS_KEPT && !oldest.done) this.#blocks.delete(oldest.value);
    return labels;
  }
}
