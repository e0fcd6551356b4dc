import { expect, test } from '@jest/globals';
import { vehicleId } from '@tripcast/protocol';
import { claimVehicle } from '../../src/drive/vehicle-claim.ts';
import { settled } from '../trips/stepped-clock.ts';

/** What the tabs of one browser share, as Web Locks has it: one holder, a queue, and theft. */
function sharedLocks(): Pick<LockManager, 'request'> {
  const queue: { hold: () => Promise<unknown>; end: (how?: Error) => void }[] = [];
  let holder: (typeof queue)[number] | undefined;
  function grant(next: (typeof queue)[number] | undefined): void {
    holder = next;
    void next?.hold().then(() => {
      next.end();
      if (holder === next) grant(queue.shift());
    });
  }
  function request(_name: string, { steal }: LockOptions, hold: () => Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const asking = { hold, end: (how?: Error) => (how ? reject(how) : resolve()) };
      if (steal) {
        holder?.end(new DOMException('stolen', 'AbortError'));
        grant(asking);
      } else if (holder) queue.push(asking);
      else grant(asking);
    });
  }
  return { request: request as unknown as LockManager['request'] };
}

function aTab(locks: Pick<LockManager, 'request'> | undefined, byForce = false) {
  const heard: string[] = [];
  const claim = claimVehicle(vehicleId('car-1'), locks, {
    byForce,
    onHeld: () => heard.push('held'),
    onLost: () => heard.push('lost'),
  });
  return { heard, claim };
}

test('the second tab waits until the first closes', async () => {
  const locks = sharedLocks();
  const first = aTab(locks);
  const second = aTab(locks);
  await settled();
  expect([first.heard, second.heard]).toEqual([['held'], []]);
  first.claim.close();
  await settled();
  expect([first.heard, second.heard]).toEqual([['held'], ['held']]);
});

test('a tab that takes it by force has it, and the other is told', async () => {
  const locks = sharedLocks();
  const first = aTab(locks);
  const second = aTab(locks, true);
  await settled();
  expect([first.heard, second.heard]).toEqual([['held', 'lost'], ['held']]);
});

test('one that was closed while it waited never has it, and keeps nobody waiting', async () => {
  const locks = sharedLocks();
  const first = aTab(locks);
  const second = aTab(locks);
  const third = aTab(locks);
  second.claim.close();
  first.claim.close();
  await settled();
  expect([second.heard, third.heard]).toEqual([[], ['held']]);
});

test('a browser without locks lets every tab: the node lets the newest', () => {
  expect(aTab(undefined).heard).toEqual(['held']);
});
