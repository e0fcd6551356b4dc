import type { TileView } from './draw-tile.ts';
import type { Label, MeasureText } from './labels.ts';
import type { Palette } from './palette.ts';

const FAMILY = '"Inter Variable", "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const HALO_PIXELS = 2.6;

export function drawLabels(
  context: CanvasRenderingContext2D,
  labels: readonly Label[],
  palette: Palette,
  { x, y, worldPixels, sizePixels }: TileView,
): void {
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.strokeStyle = palette.label.halo;
  context.lineWidth = HALO_PIXELS;
  for (const label of labels) {
    const left = (label.x - x) * worldPixels;
    const top = (label.y - y) * worldPixels;
    const reach = label.text.length * label.fontPixels; // more than any text is wide
    if (left < -reach || top < -reach || left > sizePixels + reach || top > sizePixels + reach) continue;
    context.save();
    context.translate(left, top);
    context.rotate(label.angle);
    setFont(context, label.fontPixels, label.kind);
    const text = written(label.text, label.kind);
    context.strokeText(text, 0, 0);
    context.fillStyle = colourOf(label.kind, palette);
    context.fillText(text, 0, 0);
    context.restore();
  }
}

/** Measures with the fonts that labels are drawn in, each text once: a font that comes later needs another measure. */
export function textMeasure(context: CanvasRenderingContext2D): MeasureText {
  const widths = new Map<string, number>();
  return (text, fontPixels, kind) => {
    const key = `${kind} ${fontPixels} ${text}`;
    const known = widths.get(key);
    if (known !== undefined) return known;
    setFont(context, fontPixels, kind);
    const { width } = context.measureText(written(text, kind));
    widths.set(key, width);
    return width;
  };
}

function setFont(context: CanvasRenderingContext2D, fontPixels: number, kind: Label['kind']): void {
  const style = kind === 'water' || kind === 'park' ? 'italic ' : '';
  const weight = kind === 'suburb' ? 600 : 500;
  context.font = `${style}${weight} ${fontPixels}px ${FAMILY}`;
  context.letterSpacing = kind === 'suburb' ? '0.08em' : '0px';
}

function written(text: string, kind: Label['kind']): string {
  return kind === 'suburb' ? text.toLocaleUpperCase() : text;
}

function colourOf(kind: Label['kind'], { label }: Palette): string {
  switch (kind) {
    case 'road':
      return label.road;
    case 'place':
    case 'suburb':
      return label.place;
    case 'park':
      return label.park;
    case 'water':
      return label.water;
    default:
      return kind satisfies never;
  }
}
