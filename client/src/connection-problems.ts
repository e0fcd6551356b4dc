// What a connection can say went wrong, in the words of the REST API.

import { CLOSE, type Problem, problem } from '@tripcast/protocol';

/** A close that is final. */
export function problemOfClose(code: number, reason: string): Problem {
  const known = Object.values(CLOSE).find((close) => close.code === code);
  const detail = `closed with ${code}: ${reason || known?.reason || 'no reason given'}`;
  switch (code) {
    case CLOSE.malformed.code:
      return problem('invalid_request', detail);
    case CLOSE.tokenExpired.code:
      return problem('unauthenticated', detail);
    case CLOSE.replaced.code:
      return problem('conflict', detail);
    default:
      return problem('forbidden', detail);
  }
}

export function noToken(why: unknown): Problem {
  return problem('unavailable', `the token source gave no token: ${why}`);
}

export function noSocket(why: unknown): Problem {
  return problem('invalid_request', `no socket can be made with this token: ${why}`);
}
