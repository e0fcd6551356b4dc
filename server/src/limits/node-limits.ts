/**
 * What a node bears, besides the limits of the protocol. Each node counts for itself. Those of an address hold for
 * addresses of the internet; for private ones only when one of them is set.
 */
export const NODE_LIMITS = {
  /** Open sockets and handshakes under way; never more than the files that may be open allow. */
  socketsPerNode: 100_000,
  /** Of one IPv4 address, or of one /64 of IPv6: a carrier's address stands for hundreds of phones. */
  socketsPerAddress: 1_000,
  /** Handshakes, and calls without a valid token, of one address: so many a second, … */
  addressTriesPerSecond: 20,
  /** … and so many at once: all phones behind one address come back together when a node dies. */
  addressTryBurst: 1_000,
  /** Calls of one address, whatever token they bring: a product's own servers may be at one. */
  addressCallsPerSecond: 500,
  addressCallBurst: 5_000,
  /** Of one trip's track, what its driver, its rider or one share reads by calls, in pages of 2,000 fixes. */
  trackPagesPerSecond: 10,
  trackPageBurst: 100,
  /** Handshakes of one vehicle's driver. */
  vehicleTriesPerSecond: 1,
  vehicleTryBurst: 60,
  /** Bytes of request bodies that are held at once, before and while they are answered; then 503. */
  bodyBytesPerNode: 67_108_864,
  /** Bytes of long answers (over 64 KiB) that are on their way at once; then 503. */
  answerBytesPerNode: 268_435_456,
  /** Messages of one socket that carry no fix, pings and pongs; then 4100. */
  messagesPerSecond: 10,
  messageBurst: 200,
} as const;

export type NodeLimits = Readonly<Record<keyof typeof NODE_LIMITS, number>>;
