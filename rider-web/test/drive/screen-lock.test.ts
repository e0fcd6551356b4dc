import { expect, test } from '@jest/globals';
import { ScreenLock } from '../../src/drive/screen-lock.ts';
import { settled } from '../trips/stepped-clock.ts';

/** A page, and the browser that lends it the screen: as long as it is seen. */
function aPhone({ lends = true } = {}) {
  const target = new EventTarget();
  let held: (EventTarget & { released: boolean; release(): Promise<void> }) | undefined;
  const page = {
    visibilityState: 'visible' as DocumentVisibilityState,
    addEventListener: target.addEventListener.bind(target),
    removeEventListener: target.removeEventListener.bind(target),
  };
  const lender = {
    async request() {
      if (!lends) throw new DOMException('battery', 'NotAllowedError');
      const lock = Object.assign(new EventTarget(), {
        released: false,
        async release() {
          lock.released = true;
          lock.dispatchEvent(new Event('release'));
        },
      });
      held = lock;
      return lock as unknown as WakeLockSentinel;
    },
  };
  return {
    page: page as unknown as Document,
    lender,
    isOn: () => held !== undefined && !held.released,
    async becomes(state: DocumentVisibilityState) {
      page.visibilityState = state;
      if (state === 'hidden') await held?.release(); // as browsers do
      target.dispatchEvent(new Event('visibilitychange'));
      await settled();
    },
  };
}

test('the screen stays on, and again after the page was hidden', async () => {
  const phone = aPhone();
  const told: string[] = [];
  const lock: ScreenLock = new ScreenLock(phone.lender, phone.page, () => told.push(lock.state));
  await settled();
  expect([lock.state, phone.isOn()]).toEqual(['on', true]);
  await phone.becomes('hidden');
  expect([lock.state, phone.isOn()]).toEqual(['off', false]);
  await phone.becomes('visible');
  expect([lock.state, phone.isOn()]).toEqual(['on', true]);
  expect(told).toEqual(['on', 'off', 'on']);
});

test('it may turn off when the drive is over, also when that was while the browser was asked', async () => {
  const phone = aPhone();
  const lock = new ScreenLock(phone.lender, phone.page, () => {});
  lock.close();
  await settled();
  expect(phone.isOn()).toBe(false);
  await phone.becomes('visible');
  expect(phone.isOn()).toBe(false);
});

test('a browser that refuses, or can’t, is told apart', async () => {
  const refusing = aPhone({ lends: false });
  const refused = new ScreenLock(refusing.lender, refusing.page, () => {});
  await settled();
  expect(refused.state).toBe('off');
  expect(new ScreenLock(undefined, refusing.page, () => {}).state).toBe('unsupported');
});
