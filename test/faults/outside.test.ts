// Faults at random, seen from outside, by a thousand followers. FAULTS_SEED, FAULTS_SECONDS and FAULTS_FOLLOWERS change that.
import { describe } from '@jest/globals';
import { describeChaos } from '../support/outside/describe-chaos.ts';

const { FAULTS_SEED = 1, FAULTS_SECONDS = 60, FAULTS_FOLLOWERS = 1_000 } = process.env;

describe('seen from outside', () => {
  describeChaos({
    seed: Number(FAULTS_SEED),
    seconds: Number(FAULTS_SECONDS),
    trips: 20,
    followers: Number(FAULTS_FOLLOWERS),
  });
});
