import type { ProblemCode } from '@tripcast/protocol';

/** Why something is not done: a value, for it is expected. `detail` says what was wrong and what to do about it. */
export interface Refusal {
  refused: ProblemCode;
  detail: string;
}

export function refusal(refused: ProblemCode, detail: string): Refusal {
  return { refused, detail };
}

export function isRefusal(outcome: object): outcome is Refusal {
  return 'refused' in outcome;
}
