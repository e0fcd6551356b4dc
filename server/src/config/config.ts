import type { LIMITS } from '@tripcast/protocol';
import type { NodeLimits } from '../limits/node-limits.ts';

/** Every limit of a node: the protocol's and its own. `TRIPCAST_LIMIT_*` changes them. */
export type Limits = Readonly<Record<keyof typeof LIMITS, number>> & NodeLimits;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that a node is told from outside. Read once, by `readConfig`; frozen. */
export interface Config {
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** With it, `port` is shared with other nodes on this machine, and this one listens here, too, alone. */
  readonly ownPort: number | undefined;
  /** Without it the node keeps everything in its own memory. */
  readonly redisUrl: string | undefined;
  /** Holds whoever has signed the certificates of Redis, PEM; without it, the usual authorities. */
  readonly redisCaFile: string | undefined;
  readonly auth: {
    /** Signs and checks HS256 tokens. */
    readonly secret: string | undefined;
    /** Checks HS256 tokens, too, and signs none: the next secret or the last one, while secrets are changed. */
    readonly otherSecret: string | undefined;
    /** Where the keys of outside tokens are. */
    readonly jwksUrl: string | undefined;
    /** Neither of the two was given: the secret is kept in this file, made when it is missing. */
    readonly secretFile: string | undefined;
  };
  /** Foreign origins whose pages may open sockets and call the REST API. */
  readonly origins: readonly string[];
  /** Begins every name in Redis. */
  readonly prefix: string;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Whether rider tokens of simulated trips are given away, and to whom. */
  readonly demo: 'off' | 'loopback' | 'public';
  readonly tiles: { readonly url: string | undefined; readonly attribution: string | undefined };
  /** The built pages. */
  readonly siteDir: string;
  /** This node's name among the others. */
  readonly nodeId: string;
  readonly logLevel: LogLevel;
  /** Over how long sockets are closed after SIGTERM, ms. */
  readonly drainMs: number;
  /** Whether some clients are sent to other nodes while this one has far more than its share. */
  readonly rebalances: boolean;
  /** For how long a busy node gathers what comes before it looks at it, ms; 0: never. */
  readonly gatherMs: number;
  readonly limits: Limits;
  /** Whether the limits of an address hold for addresses of private networks, too. */
  readonly limitsPrivate: boolean;
  /** How many proxies in front are believed when they say where a client is. */
  readonly proxyHops: number;
  /** What looks like a mistake but stops nothing: unknown `TRIPCAST_*` variables. */
  readonly warnings: readonly string[];
}
