import type { Basemap } from './basemap.ts';
import { drawTile, type TileView } from './draw-tile.ts';
import { DrawnTiles } from './drawn-tiles.ts';
import type { Palette } from './palette.ts';

/** Streets, water, parks and houses, without their names. */
export class GroundTiles extends DrawnTiles {
  readonly #basemap: Basemap;
  #palette: Palette;

  constructor(basemap: Basemap, palette: Palette) {
    super('tilePane');
    this.#basemap = basemap;
    this.#palette = palette;
  }

  setPalette(palette: Palette): void {
    this.#palette = palette;
    this.repaint();
  }

  protected override draw(context: CanvasRenderingContext2D, view: TileView): void {
    drawTile(context, this.#basemap, this.#palette, view);
  }
}
