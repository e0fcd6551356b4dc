// Thousands of cars on one canvas. Each picture of a car is drawn once, turned to each of some headings; a frame copies one
// of them for each car.

import type { FleetCluster } from '@tripcast/client';
import { DomUtil, Layer, type LeafletEventHandlerFn, type Map as LeafletMap } from 'leaflet';
import { placeAt, type WorldPoint, worldPoint } from '../fleet/car-motion.ts';
import type { FleetCar } from '../fleet/fleet-store.ts';
import { VEHICLE_STATES } from '../fleet/vehicle-state.ts';
import { Stamps } from './stamps.ts';

/** What is drawn, asked for in each frame. */
export interface FleetSource {
  readonly cars: Iterable<FleetCar>;
  readonly carCount: number;
  readonly clusters: readonly FleetCluster[] | undefined;
}

export interface FleetLayerOptions {
  source: FleetSource;
  onSelect: (car: FleetCar | undefined) => void;
}

const TILE_PIXELS = 256;
const HEADINGS = 48;
/** Below this zoom a car is a dot. */
const CARS_FROM_ZOOM = 14;
const NAMES_FROM_ZOOM = 16;
/** Where there is room they are larger, and told apart from farther away. */
const FEW_CARS = 300;
const FEW_CARS_LEVELS = 2;
const MOST_NAMES = 250;
/** A click this near to a car means it, pixels. */
const REACH_PIXELS = 18;
const FADED = 0.5;

type Colours = Record<
  (typeof VEHICLE_STATES)[number] | 'edge' | 'ink' | 'paper' | 'accent' | 'alarm',
  string
>;

export class FleetLayer extends Layer {
  readonly #canvas = document.createElement('canvas');
  readonly #brush: CanvasRenderingContext2D;
  readonly #source: FleetSource;
  readonly #onSelect: FleetLayerOptions['onSelect'];
  /** A row for each state, first as it is, then faded; a column for each heading. */
  #pictures: OffscreenCanvas | undefined;
  /** The same, for very many. */
  #stamps: Stamps | undefined;
  #pictureSize = 0;
  #pictureKey = '';
  #colours: Colours | undefined;
  #selected: string | undefined;
  #isZooming = false;
  #drawnAtMs = 0;
  #topLeft: L.LatLng | undefined;
  #drawnZoom = 0;

  constructor({ source, onSelect }: FleetLayerOptions) {
    super();
    this.#source = source;
    this.#onSelect = onSelect;
    this.#canvas.className = 'fleet-canvas leaflet-zoom-animated';
    this.#canvas.dataset.testid = 'fleet-canvas';
    this.#brush = this.#canvas.getContext('2d')!;
  }

  select(id: string | undefined): void {
    this.#selected = id;
  }

  /** The colours have changed. */
  repaint(): void {
    this.#colours = undefined;
  }

  override onAdd(map: LeafletMap): this {
    map.getPanes().markerPane.prepend(this.#canvas); // above the names of streets
    return this;
  }

  override onRemove(): this {
    this.#canvas.remove();
    return this;
  }

  override getEvents(): Record<string, LeafletEventHandlerFn> {
    return {
      zoomanim: this.#followZoom as unknown as LeafletEventHandlerFn,
      zoomend: () => {
        this.#isZooming = false;
      },
      click: this.#pick as unknown as LeafletEventHandlerFn,
    };
  }

  /** @param nowMs by this device's clock */
  draw(nowMs: number): void {
    const map = this._map;
    if (!map || this.#isZooming) return;
    this.#drawnAtMs = nowMs;
    this.#colours ??= readColours(map.getContainer());
    const { width, height, ratio } = this.#prepare(map);
    const zoom = map.getZoom();
    this.#preparePictures(this.#source.carCount <= FEW_CARS ? zoom + FEW_CARS_LEVELS : zoom, ratio);
    const view = viewOf(map, width, height);
    let drawn = 0;
    if (this.#source.clusters) drawn = this.#drawClusters(this.#source.clusters, view);
    else drawn = this.#drawCars(view, nowMs, zoom, ratio);
    this.#canvas.dataset.drawn = String(drawn);
  }

  #prepare(map: LeafletMap): { width: number; height: number; ratio: number } {
    const { x: width, y: height } = map.getSize();
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (
      this.#canvas.width !== Math.round(width * ratio) ||
      this.#canvas.height !== Math.round(height * ratio)
    ) {
      this.#canvas.width = Math.round(width * ratio);
      this.#canvas.height = Math.round(height * ratio);
      this.#canvas.style.width = `${width}px`;
      this.#canvas.style.height = `${height}px`;
    }
    this.#topLeft = map.containerPointToLatLng([0, 0]);
    this.#drawnZoom = map.getZoom();
    DomUtil.setPosition(this.#canvas, map.containerPointToLayerPoint([0, 0]));
    this.#brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#brush.clearRect(0, 0, width, height);
    return { width, height, ratio };
  }

  #drawCars(view: View, nowMs: number, zoom: number, ratio: number): number {
    const half = this.#pictureSize / 2;
    const pixels = Math.round(this.#pictureSize * ratio);
    const put = this.#source.carCount > FEW_CARS ? this.#beginStamps(pixels) : undefined;
    const troubled: { x: number; y: number }[] = [];
    const named: { car: FleetCar; x: number; y: number }[] = [];
    let selected: { x: number; y: number } | undefined;
    let drawn = 0;
    for (const car of this.#source.cars) {
      const isSelected = car.about.id === this.#selected;
      if (!car.motion || !(car.isShown || isSelected)) continue;
      const { x, y } = view.pixelAt(placeAt(car.motion, nowMs));
      if (x < -half || y < -half || x > view.width + half || y > view.height + half) continue;
      drawn++;
      if (car.problems.length > 0) troubled.push({ x, y });
      if (isSelected) selected = { x, y };
      const row = VEHICLE_STATES.indexOf(car.state) * 2 + (car.freshness === 'live' ? 0 : 1);
      const column = Math.round((car.motion.heading / 360) * HEADINGS) % HEADINGS;
      if (put) put.put(column, row, Math.round((x - half) * ratio), Math.round((y - half) * ratio));
      else {
        this.#brush.drawImage(
          this.#pictures!,
          column * pixels,
          row * pixels,
          pixels,
          pixels,
          x - half,
          y - half,
          this.#pictureSize,
          this.#pictureSize,
        );
      }
      if (zoom >= NAMES_FROM_ZOOM && named.length <= MOST_NAMES) named.push({ car, x, y });
    }
    put?.show(this.#brush);
    this.#ringAll(troubled, half * 0.86, this.#colours!.alarm, 2);
    if (selected) this.#ringAll([selected], half + 3, this.#colours!.accent, 3);
    if (named.length <= MOST_NAMES) for (const { car, x, y } of named) this.#write(car, x, y + half);
    return drawn;
  }

  #beginStamps(pixels: number): Stamps {
    const { width, height } = this.#pictures!;
    this.#stamps ??= new Stamps(this.#pictures!.getContext('2d')!.getImageData(0, 0, width, height), pixels);
    this.#stamps.begin(this.#canvas.width, this.#canvas.height);
    return this.#stamps;
  }

  #drawClusters(clusters: readonly FleetCluster[], view: View): number {
    const { accent, paper } = this.#colours!;
    const brush = this.#brush;
    for (const cluster of clusters) {
      const { x, y } = view.pixelAt(worldPoint(cluster));
      const radius = clusterRadius(cluster);
      brush.beginPath();
      brush.arc(x, y, radius, 0, 2 * Math.PI);
      brush.globalAlpha = 0.88;
      brush.fillStyle = paper;
      brush.fill();
      brush.globalAlpha = 1;
      // The part that has a trip, from noon on.
      brush.lineWidth = 4;
      brush.strokeStyle = this.#colours!.free;
      brush.stroke();
      brush.beginPath();
      brush.arc(x, y, radius, -Math.PI / 2, (2 * cluster.onTrip * Math.PI) / cluster.online - Math.PI / 2);
      brush.strokeStyle = accent;
      brush.stroke();
      brush.fillStyle = this.#colours!.ink;
      brush.font = `650 ${radius > 20 ? 13 : 12}px "Inter Variable", sans-serif`;
      brush.textAlign = 'center';
      brush.textBaseline = 'middle';
      brush.fillText(shortNumber(cluster.online), x, y + 0.5);
    }
    return clusters.length;
  }

  #ringAll(places: readonly { x: number; y: number }[], radius: number, colour: string, width: number): void {
    this.#brush.beginPath();
    for (const { x, y } of places) {
      this.#brush.moveTo(x + radius, y);
      this.#brush.arc(x, y, radius, 0, 2 * Math.PI);
    }
    this.#brush.lineWidth = width;
    this.#brush.strokeStyle = colour;
    this.#brush.stroke();
  }

  #write({ about }: FleetCar, x: number, y: number): void {
    const brush = this.#brush;
    brush.font = '600 11px "Inter Variable", sans-serif';
    brush.textAlign = 'center';
    brush.textBaseline = 'top';
    brush.lineWidth = 3;
    brush.lineJoin = 'round';
    brush.strokeStyle = this.#colours!.paper;
    brush.fillStyle = this.#colours!.ink;
    const text = about.trip?.plate ?? about.id;
    brush.strokeText(text, x, y);
    brush.fillText(text, x, y);
  }

  #preparePictures(zoom: number, ratio: number): void {
    const isCar = zoom >= CARS_FROM_ZOOM;
    const size = isCar ? Math.round(Math.min(32, 20 + (zoom - CARS_FROM_ZOOM) * 4)) : Math.max(8, zoom - 1);
    const key = [size, isCar, ratio, ...Object.values(this.#colours!)].join();
    if (key === this.#pictureKey) return;
    this.#pictureKey = key;
    const pixels = Math.round(size * ratio);
    this.#pictureSize = pixels / ratio;
    const sheet = new OffscreenCanvas(pixels * HEADINGS, pixels * VEHICLE_STATES.length * 2);
    const brush = sheet.getContext('2d')!;
    VEHICLE_STATES.forEach((state, index) => {
      for (const faded of [0, 1]) {
        for (let column = 0; column < HEADINGS; column++) {
          brush.setTransform(ratio, 0, 0, ratio, (column + 0.5) * pixels, (index * 2 + faded + 0.5) * pixels);
          brush.rotate((column / HEADINGS) * 2 * Math.PI);
          brush.globalAlpha = faded ? FADED : 1;
          brush.fillStyle = this.#colours![state];
          brush.strokeStyle = this.#colours!.edge;
          drawVehicle(brush, size, isCar);
        }
      }
    });
    this.#pictures = sheet;
    this.#stamps = undefined;
  }

  /** Where the canvas will be when the zoom is over: Leaflet's transition takes it there. */
  readonly #followZoom = ({ zoom, center }: { zoom: number; center: L.LatLng }): void => {
    if (!this.#topLeft) return;
    this.#isZooming = true;
    const map = this._map;
    const pane = DomUtil.getPosition(map.getPanes().mapPane);
    const origin = map.project(center, zoom).subtract(map.getSize().divideBy(2)).add(pane).round();
    const offset = map.project(this.#topLeft, zoom).subtract(origin);
    DomUtil.setTransform(this.#canvas, offset, map.getZoomScale(zoom, this.#drawnZoom));
  };

  readonly #pick = ({ containerPoint, latlng }: L.LeafletMouseEvent): void => {
    const map = this._map;
    const { x: width, y: height } = map.getSize();
    const view = viewOf(map, width, height);
    if (this.#source.clusters) {
      const hit = this.#source.clusters.find((cluster) => {
        const { x, y } = view.pixelAt(worldPoint(cluster));
        return Math.hypot(x - containerPoint.x, y - containerPoint.y) <= clusterRadius(cluster);
      });
      if (hit) map.setView(latlng, map.getZoom() + 2);
      return;
    }
    let nearest: FleetCar | undefined;
    let least = REACH_PIXELS;
    for (const car of this.#source.cars) {
      if (!car.motion || !car.isShown) continue;
      const { x, y } = view.pixelAt(placeAt(car.motion, this.#drawnAtMs));
      const away = Math.hypot(x - containerPoint.x, y - containerPoint.y);
      if (away > least) continue;
      least = away;
      nearest = car;
    }
    this.#onSelect(nearest);
  };
}

interface View {
  width: number;
  height: number;
  /** From the container's corner; over the date line too. */
  pixelAt(point: WorldPoint): { x: number; y: number };
}

function viewOf(map: LeafletMap, width: number, height: number): View {
  const worldPixels = TILE_PIXELS * 2 ** map.getZoom();
  const centre = worldPoint({ latitude: map.getCenter().lat, longitude: map.getCenter().lng });
  return {
    width,
    height,
    pixelAt({ x, y }) {
      const east = x - centre.x;
      return {
        x: (east - Math.round(east)) * worldPixels + width / 2,
        y: (y - centre.y) * worldPixels + height / 2,
      };
    },
  };
}

function clusterRadius({ online }: FleetCluster): number {
  return Math.min(28, 14 + Math.log10(online) * 4.5);
}

function shortNumber(count: number): string {
  if (count < 1_000) return String(count);
  return `${(count / 1_000).toFixed(count < 10_000 ? 1 : 0)}k`;
}

/** A pointer to the north around (0, 0), or a dot. */
function drawVehicle(brush: OffscreenCanvasRenderingContext2D, size: number, isCar: boolean): void {
  const unit = size / 30;
  brush.lineWidth = isCar ? 1.6 : 1;
  brush.lineJoin = 'round';
  brush.beginPath();
  if (isCar) {
    brush.moveTo(0, -12 * unit);
    brush.lineTo(8.5 * unit, 10 * unit);
    brush.quadraticCurveTo(0, 5 * unit, -8.5 * unit, 10 * unit);
    brush.closePath();
  } else brush.arc(0, 0, size / 2 - 1, 0, 2 * Math.PI);
  brush.fill();
  brush.stroke();
}

function readColours(element: Element): Colours {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    riding: colour('fleet-riding'),
    toPickup: colour('fleet-to-pickup'),
    waiting: colour('fleet-waiting'),
    assigned: colour('fleet-assigned'),
    free: colour('fleet-free'),
    offline: colour('fleet-offline'),
    edge: colour('paper'),
    ink: colour('ink'),
    paper: colour('paper'),
    accent: colour('accent'),
    alarm: colour('off'),
  };
}
