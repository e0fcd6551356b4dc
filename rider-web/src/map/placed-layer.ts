import type { Coordinates } from '@tripcast/client';
import { DomUtil, Layer, type LeafletEventHandlerFn, type Map as LeafletMap } from 'leaflet';

interface ZoomAnimation {
  zoom: number;
  center: L.LatLng;
}

const EQUATOR_METRES = 40_075_016.7;
const TILE_PIXELS = 256;

/**
 * An element at a place of the map. Its position is a fraction of a pixel: a rounded one, as Leaflet's own markers
 * have, makes a slow car stutter. During a zoom's animation Leaflet's transition moves the element, and it isn't
 * written to; it is right again with the first frame after it.
 */
export class PlacedLayer extends Layer {
  protected readonly element: HTMLElement;
  #place: Coordinates | undefined;
  #isZooming = false;
  #accuracy: { circle: HTMLElement; metres: number } | undefined;

  /** @param element put at the place with its own corner: its style centres what is in it */
  constructor(element: HTMLElement) {
    super();
    this.element = element;
    element.classList.add('leaflet-zoom-animated');
  }

  moveTo(place: Coordinates): void {
    this.#place = place;
    this.#write();
  }

  /** Draws the circle in which what is here may really be. @param metres its radius; `undefined`: none is drawn */
  showAccuracy(metres: number | undefined): void {
    if (this.#accuracy?.metres === metres) return;
    const circle = this.#accuracy?.circle ?? document.createElement('div');
    circle.className = 'accuracy';
    if (metres === undefined) circle.remove();
    else this.element.prepend(circle);
    this.#accuracy = metres === undefined ? undefined : { circle, metres };
    this.#sizeAccuracy(this._map?.getZoom());
  }

  override onAdd(map: LeafletMap): this {
    map.getPanes().markerPane.append(this.element);
    this.#write();
    this.#sizeAccuracy(map.getZoom());
    return this;
  }

  override onRemove(): this {
    this.element.remove();
    return this;
  }

  override getEvents(): Record<string, LeafletEventHandlerFn> {
    return {
      zoom: this.#onZoom,
      viewreset: this.#onZoom,
      zoomanim: this.#followZoom as unknown as LeafletEventHandlerFn,
      zoomend: this.#endZoom,
    };
  }

  readonly #write = (): void => {
    if (this.#isZooming || !this.#place || !this._map) return;
    DomUtil.setPosition(this.element, this.#project(this.#place).subtract(this._map.getPixelOrigin()));
  };

  readonly #onZoom = (): void => {
    this.#write();
    this.#sizeAccuracy(this._map?.getZoom());
  };

  readonly #endZoom = (): void => {
    this.#isZooming = false;
    this.#onZoom();
  };

  /** Where the element will be when the zoom is over: Leaflet's transition takes it there. */
  readonly #followZoom = ({ zoom, center }: ZoomAnimation): void => {
    if (!this.#place) return;
    this.#isZooming = true;
    const map = this._map;
    const half = map.getSize().divideBy(2);
    const pane = DomUtil.getPosition(map.getPanes().mapPane);
    const origin = map.project(center, zoom).subtract(half).add(pane).round();
    DomUtil.setPosition(this.element, this.#project(this.#place, zoom).subtract(origin));
    this.#sizeAccuracy(zoom);
  };

  #sizeAccuracy(zoom: number | undefined): void {
    if (!this.#accuracy || !this.#place || zoom === undefined) return;
    const metresPerPixel =
      (EQUATOR_METRES * Math.cos((this.#place.latitude * Math.PI) / 180)) / (TILE_PIXELS * 2 ** zoom);
    const diameter = `${((2 * this.#accuracy.metres) / metresPerPixel).toFixed(1)}px`;
    this.#accuracy.circle.style.width = diameter;
    this.#accuracy.circle.style.height = diameter;
  }

  #project({ latitude, longitude }: Coordinates, zoom?: number): L.Point {
    return this._map.project([latitude, longitude], zoom);
  }
}
