// Every refusal of the REST API and of a handshake: RFC 9457 `application/problem+json` with a stable `code`.

export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'This is not yours' },
  not_found: { status: 404, title: 'There is no such thing' },
  exists: { status: 409, title: 'A different trip has this id' },
  conflict: { status: 409, title: 'The trip has changed since you read it' },
  invalid_transition: { status: 409, title: 'The trip cannot change to that status' },
  trip_ended: { status: 410, title: 'The trip has ended' },
  too_large: { status: 413, title: 'The request body is too large' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  unavailable: { status: 503, title: 'The service cannot answer now' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** The body of a refusal. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail: string;
  /** For `invalid_request`: each field that is wrong. */
  errors?: { path: string; message: string }[];
}

/** @param detail what was wrong and what to do about it */
export function problem(code: ProblemCode, detail: string, errors?: Problem['errors']): Problem {
  const { status, title } = PROBLEMS[code];
  const body: Problem = { type: `urn:tripcast:problem:${code}`, title, status, code, detail };
  if (errors) body.errors = errors;
  return body;
}
