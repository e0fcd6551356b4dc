/** The longest that a token lives, whatever its `exp`, ms: its revocation is remembered for as long. */
export const TOKEN_LIFE_MS = 400 * 24 * 3_600_000;
/** The longest that an operator's lives, whatever its `exp`, ms: it opens everything, and nothing revokes it. */
export const OPERATOR_TOKEN_LIFE_MS = 3_600_000;

/** A link that a trip's rider gave away. It reads, and only until the trip ends. */
export interface Share {
  /** Names it among the trip's shares, and in its token. */
  id: string;
  /** For whom it is, in the rider's words. */
  name: string;
  /** ms since the Unix epoch, as all times. */
  createdAt: number;
  expiresAt: number;
}

/** Which of a trip's tokens are alive. */
export interface TripAccess {
  /** Rider tokens of this trip with `iat × 1000` before this are dead, ms; 0 when none was revoked. */
  revokedBefore: number;
  /** A share's token is alive while its share is among these. */
  shares: readonly Share[];
}

/** Whether a rider's token is alive: not revoked, and, when it is a share's, that share is still there. */
export function isTokenAlive(token: { issuedAtMs: number; share?: string }, access: TripAccess): boolean {
  if (token.issuedAtMs < access.revokedBefore) return false;
  return token.share === undefined || access.shares.some((share) => share.id === token.share);
}
