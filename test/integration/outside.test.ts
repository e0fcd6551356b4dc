// Faults at random, seen from outside. Here for seconds; `npm run test:faults` has minutes of it.
import { describe } from '@jest/globals';
import { describeChaos } from '../support/outside/describe-chaos.ts';

describe('seen from outside', () => {
  describeChaos({ seed: 7, seconds: 20, trips: 8, followers: 160 });
});
