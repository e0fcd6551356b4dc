/** The defaults of every limit that both ends must agree on. A node may be configured otherwise. */
export const LIMITS = {
  /** A fix's `time` may be ahead of the server's clock by this much, ms. */
  fixAheadMs: 10_000,
  /** A fix may be this old when it arrives, ms: a day, so that a phone found in the morning still tells its evening. */
  fixBehindMs: 24 * 3_600_000,
  /** Sustained fixes a second for one vehicle. */
  fixesPerSecond: 10,
  /** Fixes above the sustained rate that a vehicle may send at once: two hours without signal at 1 Hz. */
  fixBurst: 7_200,
  /** Fixes in one binary message. */
  fixesPerMessage: 64,
  /** A client's message, bytes; longer ones are malformed. */
  messageBytes: 1_280,
  /** A message that is too long by up to this is answered as malformed; beyond, the connection is cut. Bytes. */
  messageExcessBytes: 16_384,
  /** A follower's unsent bytes in the node before it becomes a cursor. */
  followerBufferBytes: 4_096,
  /** Stored fixes of one track; older ones are cut. Twelve hours at 1 Hz. */
  trackFixes: 43_200,
  /** A trip and its track are kept this long after the trip's end, ms. */
  keptAfterEndMs: 24 * 3_600_000,
  /** A rider's own token reads trip and track this long after the trip's end, ms. */
  riderReadsAfterEndMs: 3_600_000,
  /** A trip with neither fix nor change for this long is canceled, ms. */
  abandonedAfterMs: 12 * 3_600_000,
  /** REST request bodies, bytes. */
  bodyBytes: 65_536,
  /** Followers of one trip. */
  followersPerTrip: 10_000,
} as const;

/** What both ends do over time, ms. */
export const TIMING = {
  /** The driver's interval between fixes while somebody watches. */
  paceWatchedMs: 1_000,
  /** The driver's interval between fixes while nobody watches. */
  paceUnwatchedMs: 5_000,
  /** How long nobody must have watched before the pace slows down. */
  unwatchedAfterMs: 15_000,
  /** An acknowledgement comes at the latest this long after its fix was settled. */
  ackWithinMs: 2_000,
  /** The server sends an empty message after this long without any other. */
  emptyAfterMs: 4_000,
  /** A client that has heard nothing for this long reconnects. */
  silenceLimitMs: 10_000,
  /** First upper bound of the reconnect delay; doubles up to `backoffCapMs`, full jitter. */
  backoffBaseMs: 500,
  backoffCapMs: 20_000,
  /** A clock that is off by more than this is corrected and reported. */
  clockToleranceMs: 2_000,
} as const;
