// What the replay draws, as it lies in the report: places are metres east and south of one origin, moments ms since the
// run began.

export interface Spot {
  east: number;
  south: number;
}

export interface Scene {
  fromMs: number;
  untilMs: number;
  /** Where the slider stands at first: the largest error. */
  worstMs: number;
  truth: TrueSpot[];
  measured: MeasuredSpot[];
  shown: ShownSpot[];
  /** SVG path data. */
  route: string;
  ground: Ground;
}

export interface TrueSpot extends Spot {
  atMs: number;
  /** Degrees clockwise from north. */
  heading: number;
}

export interface MeasuredSpot extends Spot {
  atMs: number;
  receivedMs: number;
  /** Radius, m. */
  accuracy?: number;
}

export interface ShownSpot extends Spot {
  atMs: number;
  shownMs: number;
  heading: number;
  kind: 'measured' | 'interpolated' | 'extrapolated' | 'stale';
  opacity: number;
  /** Against the truth at the moment that is shown, m; absent where that is not known. */
  errorMetres?: number;
}

/** SVG path data by what it is; empty where the city's map does not reach. */
export interface Ground {
  attribution: string;
  areas: Record<string, string>;
  buildings: string;
  roads: Record<string, string>;
  names: StreetName[];
}

/** A straight piece of street that its name can be written on. */
export interface StreetName extends Spot {
  text: string;
  /** Clockwise from east, never upside down. */
  radians: number;
  metres: number;
}
