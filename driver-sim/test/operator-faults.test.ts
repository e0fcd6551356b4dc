import { expect, test } from '@jest/globals';
import { takeOperatorFaults } from '../src/operator-faults.ts';
import { SteppedClock } from './stepped-clock.ts';

test('each fault that a node tells of is taken up once, through outages', async () => {
  const clock = new SteppedClock();
  const jump = { id: '1', vehicleId: 'sim-1-1', fault: 'jump' };
  const answers: (() => Response)[] = [
    () => Response.json({ faults: [] }),
    () => Response.json({ faults: [jump] }),
    () => {
      throw new TypeError('no network');
    },
    () => new Response('gone', { status: 404 }),
    () => Response.json({ faults: [jump, { id: '2', vehicleId: 'sim-1-2', fault: 'meteor' }] }),
    () => Response.json({ faults: [jump, { id: '3', vehicleId: 'sim-1-2', fault: 'dead' }] }),
  ];
  const taken: string[] = [];
  const stop = takeOperatorFaults({
    url: 'http://node',
    fetch: async () => (answers.shift() ?? (() => Response.json({})))(),
    clock,
    tokens: { operator: async () => 'token' },
    onFault: (vehicleId, fault) => taken.push(`${vehicleId} ${fault}`),
  });
  for (let second = 0; second < 8; second++) await clock.pass(1_000);
  expect(taken).toEqual(['sim-1-1 jump', 'sim-1-2 dead']);
  stop();
});
