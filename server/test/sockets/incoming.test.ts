import { describe, expect, test } from '@jest/globals';
import { CLOSE } from '@tripcast/protocol';
import { SmallTalk, type Talker } from '../../src/sockets/incoming.ts';
import { SteppedClock } from '../live/stepped-clock.ts';

const BURST = 200;

/** How many messages are heard at once. */
function heardAtOnce(smallTalk: SmallTalk, talker: Talker): number {
  let heard = 0;
  while (smallTalk.hear(talker) === undefined) heard++;
  return heard;
}

describe.each([1, 3, 7, 10, 30, 60, 999])('[E5] at %i messages a second a socket', (perSecond) => {
  test('says a whole burst at once, then is closed with 4100, however long its node has been up', () => {
    const clock = new SteppedClock();
    let limited = 0;
    const smallTalk = new SmallTalk(clock, { perSecond, burst: BURST }, () => limited++);
    for (let hour = 0; hour < 100; hour++) {
      const talker: Talker = {};
      expect(heardAtOnce(smallTalk, talker)).toBe(BURST);
      expect(smallTalk.hear(talker)).toBe(CLOSE.tooFast);
      clock.step(3_600_007.25);
    }
    expect(limited).toBe(200);
  });

  test('says as many more as its time is worth, to the message', () => {
    const clock = new SteppedClock();
    clock.step(86_400_000);
    const smallTalk = new SmallTalk(clock, { perSecond, burst: BURST }, () => undefined);
    const talker: Talker = {};
    let heard = heardAtOnce(smallTalk, talker) - BURST;
    for (let elapsedMs = 0; elapsedMs < 20_000; elapsedMs += 37) {
      expect(heard).toBe(Math.floor((elapsedMs * perSecond) / 1_000));
      clock.step(37);
      heard += heardAtOnce(smallTalk, talker);
    }
  });
});
