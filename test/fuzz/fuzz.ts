// Inputs from a seed. Each input has a generator of its own, so that the one that failed can be tried alone:
// `npm run fuzz -- --seed 7 --input frames:123`.
import { expect, test } from '@jest/globals';
import { seededRandom } from '../support/random.ts';

const { imul } = Math;

export type Random = () => number;

export const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** Of all subjects together. */
const INPUTS = Number(process.env.FUZZ_INPUTS ?? 1_000_000);
/** `subject:number`: this one alone. */
const ONLY = process.env.FUZZ_INPUT;

const TURN_EVERY = 1_000;
const MS_FOR_INPUT = 2;
const START_MS = 60_000;

/** How many inputs of all are this part. */
export function shareOf(part: number): number {
  return Math.max(1, Math.round(INPUTS * part));
}

/**
 * A test of so many inputs: `tryInput` throws for one that is handled wrongly.
 * @param part of all inputs, 0 to 1
 */
export function fuzz(
  rule: string,
  subject: string,
  part: number,
  tryInput: (random: Random) => void | Promise<void>,
): void {
  const count = shareOf(part);
  const title = `${rule} ${count.toLocaleString('en')} ${subject} (seed ${SEED})`;
  test(
    title,
    async () => {
      const [only, number] = ONLY?.split(':') ?? [];
      if (only !== undefined && only !== subject) return;
      const inputs = number === undefined ? count : 1;
      for (let done = 0; done < inputs; done++) {
        await tryOne(subject, number === undefined ? done : Number(number), tryInput);
        if (done % TURN_EVERY === 0) await new Promise(setImmediate);
      }
      expect(Object.keys(Object.prototype)).toEqual([]); // nothing was written where everybody reads
    },
    START_MS + count * MS_FOR_INPUT,
  );
}

async function tryOne(
  subject: string,
  number: number,
  tryInput: (random: Random) => void | Promise<void>,
): Promise<void> {
  try {
    const tried = tryInput(randomOf(subject, number));
    if (tried) await tried;
  } catch (error) {
    const again = `npm run fuzz -- --seed ${SEED} --input "${subject}:${number}"`;
    throw new Error(`${subject} ${number} is handled wrongly; again: ${again}`, { cause: error });
  }
}

/** The numbers of one input. */
export function randomOf(subject: string, number: number): Random {
  let mixed = SEED;
  for (let index = 0; index < subject.length; index++)
    mixed = (imul(mixed, 31) + subject.charCodeAt(index)) | 0;
  return seededRandom(imul(mixed, 0x9e3779b1) + number);
}

/** @throws Error saying what was expected of which input; cheaper than `expect`, a million times */
export function must(holds: boolean, what: string, ...input: unknown[]): asserts holds {
  if (!holds) throw new Error(`${what}: ${input.map((part) => JSON.stringify(part)).join(' ')}`);
}
