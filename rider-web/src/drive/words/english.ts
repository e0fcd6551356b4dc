// Every word that a driver sees in English. Another language is another object of this shape.

import type { Formats } from '../../words/formats.ts';

export function english(formats: Formats) {
  const count = (fixes: number) => (fixes === 1 ? '1 position' : `${fixes} positions`);
  return {
    title: 'Drive',
    mapLabel: 'Map: where this phone is, and its rides',
    insecure: {
      title: 'This page needs HTTPS',
      text: 'A browser tells where a phone is, and keeps its screen on, on secure pages only. Open this page as',
      help: 'The README has the way to a certificate for a phone on the same network.',
    },
    gate: {
      title: 'Drive with this phone',
      text: 'This page sends where the phone is while you drive. It needs your driver’s token.',
      label: 'Driver’s token',
      open: 'Go on',
      how: 'On the machine of the node, this prints one for an hour:',
      notAToken: 'That is no driver’s token. It is three parts with dots between, and names a vehicle.',
      expired:
        'That token has expired, or was taken back. Enter a new one; nothing that was measured is lost.',
      refused: (why: string) => `The node did not take the token: ${why}`,
    },
    ready: {
      title: (vehicle: string) => `Ready to drive ${vehicle}`,
      text: 'The browser asks whether this page may see where you are. Your position is sent while this page is open; riders see it only during their own ride.',
      start: 'Start driving',
      other: 'Another vehicle',
    },
    denied: {
      title: 'This page may not see where you are',
      text: 'Nothing is sent. Allow it in the browser’s settings for this site (on a phone in the system’s settings for the browser, too), then try again.',
      again: 'Try again',
    },
    otherTab: {
      title: 'This vehicle is driven in another tab',
      text: 'Only one tab can drive a vehicle. Close the other one, or go on here.',
      here: 'Drive here instead',
    },
    replaced: {
      title: 'This vehicle is driven elsewhere',
      text: 'Another device has connected for it, and the newest wins. What this phone has not sent stays here.',
      here: 'Drive here again',
    },
    state: {
      connecting: 'Connecting…',
      offline: (kept: number) => `No network: ${count(kept)} kept here`,
      reconnecting: (kept: number) => `Reconnecting: ${count(kept)} kept here`,
      disturbed: 'Trouble at the service: positions are kept here',
      noGps: 'No GPS: this phone can’t tell where it is',
      waiting: 'Looking for GPS…',
      silent: (seconds: number) =>
        `No GPS for ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`,
      catchingUp: (kept: number) => `Sending what was kept: ${kept} to go`,
      live: 'Live: positions get through',
    },
    away: (from: number, to: number) =>
      `No positions for ${lasting(to - from)} (${formats.clockTime(from)} to ${formats.clockTime(to)}): the screen was off, or another app was open. Keep this page open and the screen on.`,
    awayClose: 'Got it',
    screen: {
      on: 'The screen stays on while you drive.',
      off: 'The browser lets the screen turn off (a low battery?). When it does, nothing is measured.',
      unsupported:
        'This browser can’t keep the screen on. Set the phone’s screen to stay on while you drive.',
    },
    notStored:
      'This browser keeps nothing (a private window?): what is not sent yet is lost when the page is closed.',
    figures: {
      label: 'What was sent',
      measured: 'Measured',
      acknowledged: 'Acknowledged',
      kept: 'Kept here',
      inFlight: (fixes: number) => `${fixes} on the way`,
      refused: (fixes: number) => `${count(fixes)} not stored by the service`,
      dropped: (fixes: number) => `${count(fixes)} lost: this phone was full`,
      restored: (fixes: number) => `${count(fixes)} from before this page was opened`,
      pace: (seconds: number) =>
        seconds === 1 ? 'a position every second' : `a position every ${seconds} s`,
      accuracy: (metres: string) => `GPS to ${metres}`,
      details: 'Details',
    },
    trips: {
      none: 'No rides right now. New ones appear here by themselves.',
      noneOffline: 'Rides are shown when there is a connection.',
      status: {
        NEW: 'New ride',
        ENROUTE_TO_PICKUP: 'On the way to the pickup',
        ARRIVED_AT_PICKUP: 'At the pickup',
        ENROUTE_TO_DROPOFF: 'Riding to the destination',
      } as Record<string, string>,
      unknownStatus: 'Under way',
      step: {
        ENROUTE_TO_PICKUP: 'Set off',
        ARRIVED_AT_PICKUP: 'I have arrived',
        ENROUTE_TO_DROPOFF: 'Start the ride',
        COMPLETE: 'Complete the ride',
      } as Record<string, string>,
      working: 'Telling the rider…',
      finish: {
        title: 'Is the ride over?',
        text: 'Your rider is told, and sees you no longer.',
        yes: 'Yes, complete it',
        no: 'Not yet',
      },
      cancel: {
        action: 'Cancel this ride',
        title: 'Cancel this ride?',
        text: 'Your rider is told at once. This can’t be undone.',
        yes: 'Yes, cancel it',
        no: 'Keep it',
      },
    },
    refusal: {
      conflict: 'The ride was changed meanwhile. It is shown as it is now: try again.',
      invalid_transition: 'The ride has gone on without this: it is shown as it is now.',
      trip_ended: 'The ride has ended.',
      forbidden: 'This ride is not yours any more.',
      not_found: 'There is no such ride any more.',
      unauthenticated: 'Your token has expired.',
    } as Record<string, string>,
    unavailable: 'That did not get through. The ride is as it was: try again.',
    stop: 'Stop driving',
  };

  function lasting(ms: number): string {
    return ms < 90_000 ? `${Math.round(ms / 1_000)} s` : formats.duration(ms);
  }
}

export type DriveWords = ReturnType<typeof english>;
