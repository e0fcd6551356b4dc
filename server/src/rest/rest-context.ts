import type { Claims, Tokens } from '../auth/tokens.ts';
import type { Backend } from '../backend.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import type { TripService } from '../trips/trip-service.ts';
import type { TripRecord } from '../trips/trip-store.ts';
import type { StaticFiles } from './static-files.ts';

/** What the REST API is made of. */
export interface RestParts {
  config: Pick<Config, 'origins' | 'demo' | 'tiles'>;
  backend: Backend;
  tokens: Tokens;
  trips: TripService;
  clock: Clock;
  log: Log;
  /** Whether this reader of a track may read one more page of it now. */
  mayReadPage: (reader: string) => boolean;
  /** The pages. */
  site: StaticFiles;
  /** Whether the node leaves. */
  isDraining: () => boolean;
  /** Why the process itself is not fit for new sockets, in words; `undefined` while it is. */
  unfitBecause: () => string | undefined;
  /** What `/metrics` says, in Prometheus' text format. */
  metrics: () => Promise<string>;
}

/** What the middleware of `authentication.ts` has found out about a request. */
export interface RestEnv {
  Variables: {
    claims: Claims;
    /** A rider's own trip. */
    own: TripRecord | undefined;
    /** The trip in the path, once its caller is known for a party to it. */
    record: TripRecord;
  };
}
