// Tells somebody who looks elsewhere that the car is there: the phone vibrates, and shows a notification when it may.

/** What a browser lends for it. */
export interface AlertPlatform {
  /** Absent where there are no notifications. */
  permission?: NotificationPermission;
  requestPermission?: () => Promise<NotificationPermission>;
  notify?: (title: string, options: NotificationOptions) => Promise<void> | void;
  vibrate?: (pattern: number[]) => void;
}

export type AlertOutcome = 'full' | 'here only';

const PATTERN_MS = [220, 120, 220, 120, 420];
/** A newer notification takes the place of the older one. */
const TAG = 'tripcast-arrival';

export function canAlert(platform: AlertPlatform): boolean {
  return platform.requestPermission !== undefined || platform.vibrate !== undefined;
}

/** Asks for what is needed. To be called from a click: a browser asks its owner nothing otherwise. */
export async function prepareAlert(platform: AlertPlatform): Promise<AlertOutcome> {
  const permission =
    platform.permission === 'default' ? await platform.requestPermission?.() : platform.permission;
  return permission === 'granted' ? 'full' : 'here only';
}

export function alertArrival(platform: AlertPlatform, title: string, body: string): void {
  platform.vibrate?.(PATTERN_MS);
  if (platform.permission === 'granted') {
    void platform.notify?.(title, { body, tag: TAG, icon: '/icon-192.png' });
  }
}

/** The page's own browser. */
export function browserAlerts(): AlertPlatform {
  const vibrate = 'vibrate' in navigator ? (pattern: number[]) => navigator.vibrate(pattern) : undefined;
  if (!('Notification' in window)) return vibrate ? { vibrate } : {};
  return {
    get permission() {
      return Notification.permission;
    },
    requestPermission: () => Notification.requestPermission(),
    async notify(title, options) {
      // A phone's browser shows those of a service worker only.
      const worker = await navigator.serviceWorker?.getRegistration();
      if (worker) await worker.showNotification(title, options);
      else new Notification(title, options);
    },
    ...(vibrate && { vibrate }),
  };
}
