import { expect, test } from '@jest/globals';
import { SentAway } from '../../src/sockets/sent-away.ts';
import { SteppedClock } from '../live/stepped-clock.ts';

function afterSending(...ids: string[]) {
  const clock = new SteppedClock();
  const sentAway = new SentAway(clock);
  for (const id of ids) sentAway.add(id);
  return { clock, sentAway };
}

test('each client that was sent away is refused once, then taken', () => {
  const { sentAway } = afterSending('trip', 'trip', 'other');
  expect(['trip', 'trip', 'trip', 'other', 'other', 'third'].map((id) => sentAway.refuses(id))).toEqual([
    true,
    true,
    false,
    true,
    false,
    false,
  ]);
});

test('who comes seconds later was elsewhere meanwhile, or found nobody else: it is taken', () => {
  const { clock, sentAway } = afterSending('trip');
  clock.step(5_001);
  sentAway.sweep();
  expect(sentAway.refuses('trip')).toBe(false);
});
