// Where a car is drawn on the screen, frame by frame, as anybody could measure it: against the two stops beside it,
// whose places are known. So a zoom that is under way, or a map that was resized, is measured as it is seen.

import type { Coordinates } from '@tripcast/protocol';
import type { Page } from 'playwright-core';

export interface DrawnFrame {
  /** When the frame was drawn, ms since the Unix epoch. */
  atMs: number;
  place: Coordinates;
  /** Of the map, in this frame. */
  metresPerPixel: number;
  /** The moment that the page says it shows, ms since the Unix epoch. */
  shownTime: number;
  kind: string;
  /** It is on its way to another place unseen, as after a gap in what was heard of it. */
  isFaded: boolean;
  isInView: boolean;
}

interface Measured {
  atMs: number;
  car: { x: number; y: number };
  pickup: { x: number; y: number };
  dropoff: { x: number; y: number };
  shownTime: number;
  kind: string;
  isFaded: boolean;
  isInView: boolean;
}

const EQUATOR_METRES = 40_075_016.7;

export interface CarWatch {
  /** What was drawn since it began. */
  stop: () => Promise<DrawnFrame[]>;
  /** How often the car was written to while the map itself moved it through a zoom. */
  writesInZooms: () => Promise<number>;
}

/**
 * Every frame until `stop` is called; what happens meanwhile is the test's. Of each zoom, the frames that it consists
 * of are measured too, however few of them a busy machine draws.
 */
export async function watchCar(
  page: Page,
  stops: { pickup: Coordinates; dropoff: Coordinates },
): Promise<CarWatch> {
  await page.evaluate(() => {
    const watched = { seen: [] as Measured[], isOver: false, writesInZooms: 0 };
    Object.assign(window, { watched });
    const car = document.querySelector<HTMLElement>('[data-testid=car]')!;
    const view = document.querySelector('.trip-map')!;
    const mapPane = document.querySelector('.leaflet-map-pane')!;
    const isZooming = () => mapPane.classList.contains('leaflet-zoom-anim');
    const middleOf = (element: Element) => {
      const box = element.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const measure = (atMs: number) => {
      const middle = middleOf(car);
      const box = view.getBoundingClientRect();
      watched.seen.push({
        atMs,
        car: middle,
        pickup: middleOf(document.querySelector('.stop-pickup')!),
        dropoff: middleOf(document.querySelector('.stop-dropoff')!),
        shownTime: Number(car.dataset.shownTime),
        kind: car.dataset.kind ?? '',
        isFaded: car.style.opacity !== '',
        isInView:
          middle.x >= box.left && middle.x <= box.right && middle.y >= box.top && middle.y <= box.bottom,
      });
    };
    const look = (timestampMs: number) => {
      if (watched.isOver) return;
      requestAnimationFrame(look);
      measure(performance.timeOrigin + timestampMs);
    };
    requestAnimationFrame(look);

    new MutationObserver(() => {
      if (!isZooming()) return;
      const transitions = document.getAnimations();
      const startedAt = transitions.map(({ currentTime }) => currentTime);
      for (let ms = 0; ms <= 250; ms += 50) {
        for (const transition of transitions) transition.currentTime = ms;
        measure(Date.now());
      }
      transitions.forEach((transition, index) => {
        transition.currentTime = startedAt[index]!;
      });
      writes.takeRecords(); // the zoom's own
    }).observe(mapPane, { attributeFilter: ['class'] });
    const writes = new MutationObserver((changes) => {
      if (isZooming()) watched.writesInZooms += changes.length;
    });
    writes.observe(car, { attributeFilter: ['style'] });
  });
  return {
    async stop() {
      const measured = await page.evaluate(() => {
        const { watched } = window as unknown as { watched: { seen: Measured[]; isOver: boolean } };
        watched.isOver = true;
        return watched.seen;
      });
      return measured.map((frame) => drawnFrame(frame, stops));
    },
    writesInZooms: () =>
      page.evaluate(
        () => (window as unknown as { watched: { writesInZooms: number } }).watched.writesInZooms,
      ),
  };
}

function drawnFrame(
  { car, pickup, dropoff, ...told }: Measured,
  stops: { pickup: Coordinates; dropoff: Coordinates },
): DrawnFrame {
  const from = toWorld(stops.pickup);
  const to = toWorld(stops.dropoff);
  const pixels = Math.hypot(dropoff.x - pickup.x, dropoff.y - pickup.y);
  const pixelsPerWorld = pixels / Math.hypot(to.x - from.x, to.y - from.y);
  const place = fromWorld({
    x: from.x + (car.x - pickup.x) / pixelsPerWorld,
    y: from.y + (car.y - pickup.y) / pixelsPerWorld,
  });
  const metresPerPixel = (EQUATOR_METRES * Math.cos((place.latitude * Math.PI) / 180)) / pixelsPerWorld;
  return { ...told, place, metresPerPixel };
}

/** Web Mercator, the world from 0 to 1. */
function toWorld({ latitude, longitude }: Coordinates): { x: number; y: number } {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}

function fromWorld({ x, y }: { x: number; y: number }): Coordinates {
  return {
    latitude: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
    longitude: (x - 0.5) * 360,
  };
}
