// What a run is worth: rows with budgets, the distributions behind them, and the pictures for the report. Plain data, as
// it is written with `--json`: distances in metres, durations in ms, moments in ms since the run began.

/** Everything that a run leaves behind. */
export interface ScoreResult {
  /** Raised when a reader of an older one would be misled. */
  format: 1;
  scenario: string;
  /** One sentence: what happens in it. */
  title: string;
  seed: number;
  /** `real`: sockets, nodes and Redis of their own processes. `virtual`: logic only, in virtual time. */
  mode: 'real' | 'virtual';
  /** ISO 8601. */
  startedAt: string;
  /** How long was measured, ms; warming up and settling are not in it. */
  measuredMs: number;
  /** What the world was made of, in the order in which it is printed. */
  parameters: Parameter[];
  machine: Machine;
  rows: Row[];
  distributions: Distribution[];
  /** Faults and recoveries, by their time. */
  timeline: TimelineEntry[];
  worstRider?: WorstRider;
  /** What was out of the ordinary and is no row: a worker that died, a request that was refused. */
  notes: string[];
}

export interface Parameter {
  name: string;
  value: string;
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryBytes: number;
  node: string;
  redis?: string;
}

export const ROW_GROUPS = ['delivery', 'latency', 'truth', 'cost'] as const;
export type RowGroup = (typeof ROW_GROUPS)[number];

export type Unit = '' | 'ms' | 's' | 'm' | '°' | '%' | 'µs' | 'B' | 'kB' | 'MB';

/** One line of the scorecard. */
export interface Row {
  /** Stable, dotted: `truth.errorShown.p95`. Budgets and CI name it. */
  id: string;
  group: RowGroup;
  title: string;
  /** `null`: nothing happened that could have been measured; a budget is not met then. */
  value: number | null;
  unit: Unit;
  /** What the value is held to. */
  budget?: Budget;
  /** Present exactly where there is a budget. */
  pass?: boolean;
  /** The same of a marker that jumps to each fix, and of one that moves evenly from each fix to the next. */
  baselines?: { raw: number | null; lerp: number | null };
}

export interface Budget {
  atMost: number;
  /** Counts and metres are held everywhere; what depends on the machine only where it is a quiet one. */
  dependsOnMachine?: true;
  /** It must be smaller than both baselines too. */
  beatsBaselines?: true;
}

/** A histogram: `buckets` hold the values in (previous `upTo`, `upTo`], in rising order. */
export interface Distribution {
  id: string;
  title: string;
  unit: Unit;
  count: number;
  p50: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
  buckets: { upTo: number; count: number }[];
}

export interface TimelineEntry {
  atMs: number;
  /** For what lasts. */
  untilMs?: number;
  kind: 'fault' | 'recovery';
  /** `node 2 was killed`. */
  what: string;
  /** Whom it met: `all riders`, `200 vehicles`. */
  who: string;
}

/** The rider who was shown the worst minute of all whose pictures were kept. Moments are ms since the run began. */
export interface WorstRider {
  tripId: string;
  vehicleId: string;
  rider: number;
  /** Why this one: `mean error 12.3 m over 60 s`. */
  why: string;
  truth: TruthSample[];
  measured: MeasuredSample[];
  shown: ShownSample[];
  /** The trip's planned route at the end of that minute: an encoded polyline, precision 1e-5. */
  route?: string;
}

export interface TruthSample {
  atMs: number;
  latitude: number;
  longitude: number;
  heading: number;
}

export interface MeasuredSample {
  /** When it was measured. */
  atMs: number;
  /** When the rider had it. */
  receivedMs: number;
  latitude: number;
  longitude: number;
  accuracy?: number;
}

export interface ShownSample {
  atMs: number;
  /** The moment that was shown. */
  shownMs: number;
  latitude: number;
  longitude: number;
  heading: number;
  kind: 'measured' | 'interpolated' | 'extrapolated' | 'stale';
  opacity: number;
}

/** The row with its verdict, where the scenario has a budget for it. */
export function judged(row: Omit<Row, 'pass' | 'budget'>, budget: Budget | undefined): Row {
  if (!budget) return row;
  const { value, baselines } = row;
  const rivals = budget.beatsBaselines ? [baselines?.raw, baselines?.lerp] : [];
  const pass =
    value !== null && value <= budget.atMost && rivals.every((rival) => rival == null || value < rival);
  return { ...row, budget, pass };
}

/** The rows that are red. */
export function redRows(result: Pick<ScoreResult, 'rows'>, { onQuietMachine = true } = {}): Row[] {
  return result.rows.filter(
    ({ pass, budget }) => pass === false && (onQuietMachine || !budget?.dependsOnMachine),
  );
}
