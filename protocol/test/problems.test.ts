import { expect, test } from '@jest/globals';
import { PROBLEMS, type ProblemCode, problem } from '../src/index.ts';

test('[R2] a problem has the members of RFC 9457, a stable code, and its status', () => {
  for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
    expect(problem(code as ProblemCode, 'why')).toEqual({
      type: `urn:tripcast:problem:${code}`,
      title,
      status,
      code,
      detail: 'why',
    });
    expect(status).toBeGreaterThanOrEqual(400);
  }
});

test('[R2] a bad body names each field', () => {
  const errors = [{ path: 'pickup.latitude', message: 'must be at most 90' }];
  expect(problem('invalid_request', 'The body is not valid', errors).errors).toEqual(errors);
});
