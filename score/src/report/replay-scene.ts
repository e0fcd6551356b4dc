// What the replay shows of the worst rider, computed once: places on a plane, and the error of each picture.

import { type Coordinates, decodePolyline } from '@tripcast/protocol';
import type { ShownSample, TruthSample, WorstRider } from '../result.ts';
import { metresApart } from '../truth/plane.ts';
import type { CityMap } from './ground/city-map.ts';
import { groundIn } from './ground/ground.ts';
import { pathData } from './ground/path-data.ts';
import { boxAround, lineNearBox } from './ground/plane-box.ts';
import { projectionAt } from './ground/projection.ts';
import type { Scene, ShownSpot, Spot } from './page/scene.ts';

/** Streets are kept this far around the true way, m: as much as a wide screen shows. */
const MARGIN_METRES = 450;
/** Nor further than this from the middle, which no car leaves within a minute, m: the report stays small. */
const REACH_METRES = 3_000;
/** Pictures closer to each other than this don't look smoother, ms. */
const LEAST_APART_MS = 45;

/** `undefined` when too little was kept to be replayed. */
export function replayScene(rider: WorstRider, city: CityMap): Scene | undefined {
  const truth = [...rider.truth].sort((a, b) => a.atMs - b.atMs);
  const samples = thinned([...rider.shown].sort((a, b) => a.atMs - b.atMs));
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs <= first.atMs || truth.length < 2) return undefined;

  const projected = projectionAt(middleOf(truth));
  const onPlane = <T extends Coordinates>(sample: T): Omit<T, 'latitude' | 'longitude'> & Spot => {
    const { latitude: _latitude, longitude: _longitude, ...rest } = sample;
    const { east, south } = projected(sample);
    return { ...rest, east: toCentimetres(east), south: toCentimetres(south) };
  };
  const box = boxAround(truth.map(projected), MARGIN_METRES, REACH_METRES);
  const route = (decodePolyline(rider.route ?? '') ?? []).map(projected);
  const shown = samples.map((sample): ShownSpot => {
    const error = errorOf(sample, truth);
    return { ...onPlane(sample), ...(error !== undefined && { errorMetres: toCentimetres(error) }) };
  });
  return {
    fromMs: first.atMs,
    untilMs: last.atMs,
    worstMs: worstMoment(shown),
    truth: truth.map(onPlane),
    measured: [...rider.measured].sort((a, b) => a.atMs - b.atMs).map(onPlane),
    shown,
    route: lineNearBox(route, box)
      .map((run) => pathData(run))
      .join(''),
    ground: groundIn(box, city, projected),
  };
}

/** Where the error is largest, among pictures that claim to be live and are to be seen. */
function worstMoment(shown: readonly ShownSpot[]): number {
  const weightOf = ({ kind, opacity, errorMetres = 0 }: ShownSpot) =>
    kind === 'stale' || opacity < 0.5 ? 0 : errorMetres;
  return shown.reduce((worst, spot) => (weightOf(spot) > weightOf(worst) ? spot : worst)).atMs;
}

/** Shown against true at the moment that is shown, m; `undefined` outside of the truth that was kept. */
export function errorOf(sample: ShownSample, truth: readonly TruthSample[]): number | undefined {
  const after = truth.findIndex(({ atMs }) => atMs >= sample.shownMs);
  const [a, b] = [truth[after - 1], truth[after]];
  if (!b) return undefined;
  if (!a) return b.atMs === sample.shownMs ? metresApart(sample, b) : undefined;
  const fraction = (sample.shownMs - a.atMs) / (b.atMs - a.atMs);
  return metresApart(sample, {
    latitude: a.latitude + (b.latitude - a.latitude) * fraction,
    longitude: a.longitude + (b.longitude - a.longitude) * fraction,
  });
}

function thinned(samples: readonly ShownSample[]): ShownSample[] {
  let keptMs = Number.NEGATIVE_INFINITY;
  return samples.filter(({ atMs }) => {
    if (atMs - keptMs < LEAST_APART_MS) return false;
    keptMs = atMs;
    return true;
  });
}

function middleOf(places: readonly Coordinates[]): Coordinates {
  const first = places[0]!;
  const latitudes = places.map(({ latitude }) => latitude);
  const eastward = places.map(({ longitude }) => ((longitude - first.longitude + 540) % 360) - 180);
  return {
    latitude: (Math.min(...latitudes) + Math.max(...latitudes)) / 2,
    longitude: first.longitude + (Math.min(...eastward) + Math.max(...eastward)) / 2,
  };
}

function toCentimetres(metres: number): number {
  return Math.round(metres * 100) / 100;
}
