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
  /** The pages. */
  site: StaticFiles;
  /** Whether this node is on its way out: it is no longer fit for new sockets. */
  isDraining: () => boolean;
  /** What `/metrics` says, in Prometheus' text format. */
  metrics: () => Promise<string>;
}

/** What the middleware of `authentication.ts` has found out about a request. */
export interface RestEnv {
  Variables: { claims: Claims; record: TripRecord };
}
