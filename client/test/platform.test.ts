import { afterEach, describe, expect, test } from '@jest/globals';
import type { WebSocketConstructor } from '@tripcast/client';
import { WebSocket } from 'ws';
import { completePlatform } from '../src/platform.ts';

const own = Object.getOwnPropertyDescriptors(globalThis);

afterEach(() => {
  for (const name of ['WebSocket', 'window', 'document', 'navigator'] as const) {
    const before = own[name];
    if (before) Object.defineProperty(globalThis, name, before);
    else Reflect.deleteProperty(globalThis, name);
  }
});

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}

describe('the platform', () => {
  test("takes the browser's socket type and that of ws", () => {
    const both = (browsers: typeof globalThis.WebSocket): WebSocketConstructor[] => [browsers, WebSocket];
    define('WebSocket', WebSocket);
    expect(both(globalThis.WebSocket)).toEqual([WebSocket, WebSocket]);
    expect(completePlatform().WebSocket).toBe(WebSocket);
  });

  test('without a WebSocket says what to do', () => {
    define('WebSocket', undefined);
    expect(() => completePlatform()).toThrow("pass `platform: { WebSocket }`, for example from 'ws'");
  });

  test('in a browser wakes when the page is shown, until told to stop', () => {
    const document = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
    define('document', document);
    let woken = 0;
    const stop = completePlatform({ WebSocket }).onWake(() => woken++);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(woken).toBe(0);
    document.visibilityState = 'visible';
    document.dispatchEvent(new Event('visibilitychange'));
    expect(woken).toBe(1);
    stop();
    document.dispatchEvent(new Event('visibilitychange'));
    expect(woken).toBe(1);
  });

  test('in a browser hears of the network when it goes and comes, and at the start when there is none', async () => {
    const window = new EventTarget();
    define('window', window);
    define('navigator', { onLine: false });
    const heard: boolean[] = [];
    const stop = completePlatform({ WebSocket }).onNetwork((isOnline) => heard.push(isOnline));
    expect(heard).toEqual([]);
    await Promise.resolve();
    window.dispatchEvent(new Event('online'));
    window.dispatchEvent(new Event('offline'));
    expect(heard).toEqual([false, true, false]);
    stop();
    window.dispatchEvent(new Event('online'));
    expect(heard).toEqual([false, true, false]);
  });

  test('where there is no browser hears nothing of the network', async () => {
    const heard: boolean[] = [];
    const stop = completePlatform({ WebSocket }).onNetwork((isOnline) => heard.push(isOnline));
    await Promise.resolve();
    stop();
    define('window', {}); // as React Native has it
    completePlatform({ WebSocket }).onNetwork((isOnline) => heard.push(isOnline))();
    expect(heard).toEqual([]);
  });
});
