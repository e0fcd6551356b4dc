import { expect, test } from '@jest/globals';
import { alertArrival, canAlert, prepareAlert } from '../../src/device/arrival-alert.ts';

function aBrowser(permission: NotificationPermission, answer: NotificationPermission = permission) {
  const shown: string[] = [];
  const vibrated: number[][] = [];
  let asked = 0;
  return {
    shown,
    vibrated,
    timesAsked: () => asked,
    platform: {
      permission,
      requestPermission: async () => {
        asked++;
        return answer;
      },
      notify: (title: string, { body }: NotificationOptions) => void shown.push(`${title}: ${body}`),
      vibrate: (pattern: number[]) => void vibrated.push(pattern),
    },
  };
}

test('permission is asked for once it is wanted, and only while nobody has decided', async () => {
  const undecided = aBrowser('default', 'granted');
  expect(undecided.timesAsked()).toBe(0);
  await expect(prepareAlert(undecided.platform)).resolves.toBe('full');
  expect(undecided.timesAsked()).toBe(1);

  const refused = aBrowser('denied');
  await expect(prepareAlert(refused.platform)).resolves.toBe('here only');
  expect(refused.timesAsked()).toBe(0);
});

test('an arrival is felt, and seen where that is allowed', () => {
  const allowed = aBrowser('granted');
  alertArrival(allowed.platform, 'Your driver is here', 'Red Logan');
  expect(allowed.shown).toEqual(['Your driver is here: Red Logan']);
  expect(allowed.vibrated).toHaveLength(1);

  const refused = aBrowser('denied');
  alertArrival(refused.platform, 'Your driver is here', 'Red Logan');
  expect(refused.shown).toEqual([]);
  expect(refused.vibrated).toHaveLength(1);
});

test('a browser that can do neither is not offered it', () => {
  expect(canAlert({})).toBe(false);
  expect(canAlert({ vibrate: () => {} })).toBe(true);
});
