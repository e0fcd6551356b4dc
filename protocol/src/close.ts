// What a close code tells the client to do. The policy is data: both ends and `docs/protocol.md` read this table.

/** What a client does after a close. */
export type ClosePolicy =
  | 'stop' // do not come back: the trip has ended, or you may not be here
  | 'renew token, then reconnect'
  | 'reconnect now'
  | 'back off'; // full jitter, 0.5 s doubling to 20 s

export const CLOSE = {
  tripEnded: { code: 1000, reason: 'trip ended', policy: 'stop' },
  restarting: { code: 1012, reason: 'node restarting', policy: 'reconnect now' },
  malformed: { code: 4000, reason: 'malformed message', policy: 'stop' },
  tokenExpired: { code: 4001, reason: 'token expired', policy: 'renew token, then reconnect' },
  revoked: { code: 4003, reason: 'access revoked', policy: 'stop' },
  replaced: { code: 4009, reason: 'this vehicle connected elsewhere', policy: 'stop' },
  tooFast: { code: 4100, reason: 'too many messages a second', policy: 'back off' },
  overloaded: { code: 4101, reason: 'overloaded', policy: 'back off' },
} as const satisfies Record<string, { code: number; reason: string; policy: ClosePolicy }>;

export type Close = (typeof CLOSE)[keyof typeof CLOSE];

/** The policy for any close code: 40xx stop, 41xx back off, unknown ones back off. */
export function closePolicy(code: number): ClosePolicy {
  for (const close of Object.values(CLOSE)) if (close.code === code) return close.policy;
  return code >= 4000 && code <= 4099 ? 'stop' : 'back off';
}
