// Property tests draw their inputs from one seed, which their titles name: a failure can be repeated by everybody.
// TEST_SEED=… draws others.

import fc from 'fast-check';

export const SEED = Number(process.env.TEST_SEED ?? 1);

fc.configureGlobal({ seed: SEED });

/** For the titles of property tests. */
export const seeded = `(seed ${SEED})`;
