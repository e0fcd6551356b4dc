// Every word that a reader of English sees. Another language is another function of this shape.

import type { TripStatus, VehicleDescription } from '@tripcast/client';
import type { EtaRange } from '../trips/eta-range.ts';
import type { Farewell } from '../trips/farewell.ts';
import type { Truth } from '../trips/truth.ts';
import { capitalised } from './capitalised.ts';
import type { Formats } from './formats.ts';

/** Whose ride it is, to whoever reads: one's own, or somebody else's who has shared it. */
export type Reader = 'rider' | 'guest';

const STATUS: Record<Reader, Record<TripStatus, string>> = {
  rider: {
    NEW: 'Waiting for your driver to set off',
    ENROUTE_TO_PICKUP: 'Your driver is on the way',
    ARRIVED_AT_PICKUP: 'Your driver is here',
    ENROUTE_TO_DROPOFF: 'On the way to your destination',
    COMPLETE: 'You have arrived',
    CANCELED: 'This ride was canceled',
  },
  guest: {
    NEW: 'The ride has not begun yet',
    ENROUTE_TO_PICKUP: 'The car is on the way to the pickup',
    ARRIVED_AT_PICKUP: 'The car is at the pickup',
    ENROUTE_TO_DROPOFF: 'On the way to the destination',
    COMPLETE: 'They have arrived',
    CANCELED: 'The ride was canceled',
  },
};

const SHORT_STATUS: Record<TripStatus, string> = {
  NEW: 'Waiting',
  ENROUTE_TO_PICKUP: 'To pickup',
  ARRIVED_AT_PICKUP: 'At pickup',
  ENROUTE_TO_DROPOFF: 'Riding',
  COMPLETE: 'Done',
  CANCELED: 'Canceled',
};

const FAREWELL: Record<Farewell, { title: string; text: string }> = {
  expired: {
    title: 'This link has expired',
    text: 'Links to a ride work for a while only. Ask for a new one.',
  },
  takenBack: {
    title: 'This link was taken back',
    text: 'Whoever shared the ride has ended the sharing. Ask them if you need to follow it.',
  },
  sharedEnded: {
    title: 'The ride is over',
    text: 'A shared link ends with its ride. Nothing of it is shown any more.',
  },
  ended: {
    title: 'This ride is over',
    text: 'Its track could be read for an hour after its end.',
  },
  notFound: {
    title: 'There is no such ride',
    text: 'Check the link, or ask for a new one. Rides are forgotten a day after their end.',
  },
  otherTrip: {
    title: 'This link is for another ride',
    text: 'Open the whole link that you were sent.',
  },
  busy: {
    title: 'Too many people follow this ride',
    text: 'Try again in a minute.',
  },
  noAccess: {
    title: 'This link no longer works',
    text: 'Ask for a new one.',
  },
};

/** A status that this page doesn't know yet is a ride under way. */
const UNKNOWN_STATUS = 'The ride is under way';

function known<T>(table: Record<TripStatus, T>, status: string): T | undefined {
  return Object.hasOwn(table, status) ? table[status as TripStatus] : undefined;
}

export function english(formats: Formats) {
  /** How old the newest position is. */
  function age(seconds: number): string {
    if (seconds < 90) return `${seconds} s old`;
    const minutes = Math.round(seconds / 60);
    return minutes < 90 ? `${minutes} min old` : `${Math.round(minutes / 60)} h old`;
  }

  /**
   * How true what one sees is.
   * @param ageSeconds of the newest position
   */
  function truth({ kind }: Truth, ageSeconds: number | undefined): string {
    const aged = (reason: string) => capitalised(ageSeconds ? `${age(ageSeconds)}: ${reason}` : reason);
    switch (kind) {
      case 'live':
        return ageSeconds ? `Live, ${age(ageSeconds)}` : 'Live';
      case 'connecting':
        return 'Connecting…';
      case 'noNetwork':
        return aged('you’re offline');
      case 'reconnecting':
        return aged('reconnecting…');
      case 'notStarted':
        return 'Connected';
      case 'offline':
        return aged('driver’s phone is offline');
      case 'silent':
        return ageSeconds === undefined
          ? 'Waiting for the first position'
          : aged('no news from the driver’s phone');
      case 'disturbed':
        return aged('trouble on our side');
      case 'ended':
        return 'Ride over';
      case 'refused':
        return 'Link no longer valid';
      default:
        return kind satisfies never;
    }
  }

  /** A time of today, or of another day by its name. */
  function moment(timeMs: number): string {
    const day = formats.otherDay(timeMs, Date.now());
    return [day, formats.clockTime(timeMs)].filter(Boolean).join(' ');
  }

  return {
    ...formats,
    language: 'en',
    title: 'Tripcast',
    status: (status: string, reader: Reader = 'rider') => known(STATUS[reader], status) ?? UNKNOWN_STATUS,
    shortStatus: (status: string) => known(SHORT_STATUS, status) ?? 'Under way',
    age,
    truth,
    farewell: (why: Farewell) => FAREWELL[why],
    eta: (range: EtaRange) =>
      range.high <= 1 ? '1 min or less' : formats.minutes({ ...range, low: Math.max(1, range.low) }),
    etaLabel: { pickup: 'Pickup in', dropoff: 'Arriving in' },
    etaUnknown: 'No estimate yet',
    etaOverdue: 'Later than expected',
    aboutMinutes: (minutes: number) => (minutes <= 1 ? 'A minute or less' : `About ${minutes} minutes`),
    arrivesAround: (timeMs: number) => `around ${formats.clockTime(timeMs)}`,
    remaining: (metres: number) => `${formats.distance(metres)} to go`,
    pickup: 'Pickup',
    dropoff: 'Destination',
    someCar: 'Your car',
    /** As one says it at the kerb: "Dark green Fiat Cronos". */
    vehicle: ({ colour, make, model }: VehicleDescription) =>
      capitalised([colour, make, model].filter(Boolean).join(' ')),
    plate: 'Plate',
    lookFor: 'Look for this car',
    recentre: 'Re-centre',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    mapLabel: 'Map of the ride',
    allTrips: 'All rides',
    languageSwitch: 'Language',
    progressLabel: 'Progress of the ride',
    progress: ['On the way', 'Arrived', 'Riding', 'Done'],
    showDetails: 'Show more',
    hideDetails: 'Show less',
    close: 'Close',
    back: 'Back',
    loadingTrip: 'Looking for your ride…',
    unreachable: {
      title: 'Can’t reach the ride yet',
      offline: 'This device is offline. The ride shows up by itself when it is back.',
      text: 'Trying again every few seconds. Your ride is not affected.',
    },
    place: {
      show: 'Show where I am',
      hide: 'Hide where I am',
      label: 'You are here',
      waiting: 'Looking for where you are…',
      denied: 'This page may not see where you are. Allow it in the browser’s settings for this site.',
      unavailable: 'This device can’t tell where you are right now.',
    },
    alert: {
      on: 'Alert me',
      off: 'Alert on',
      title: 'Your driver is here',
      guestTitle: 'The car is at the pickup',
      blocked: 'Notifications are blocked: this page will vibrate and say so while it is open.',
      text: (car: string, plate: string) => [car, plate].filter(Boolean).join(' · '),
    },
    cancel: {
      action: 'Cancel the ride',
      title: 'Cancel this ride?',
      text: 'Your driver is told at once. This can’t be undone.',
      confirm: 'Yes, cancel it',
      keep: 'Keep my ride',
      working: 'Canceling…',
      tooLate: 'It is too late to cancel: the ride has gone on.',
      failed: 'That did not get through. The ride goes on; try again.',
    },
    share: {
      action: 'Share ride',
      title: 'Share this ride',
      text: 'Who has the link sees the car and the route, but can change nothing. It ends with the ride.',
      name: 'Who is it for?',
      namePlaceholder: 'Mum, the office …',
      lasts: 'Works for',
      lastsFor: (minutes: number) => formats.duration(minutes * 60_000),
      make: 'Make a link',
      working: 'Making it…',
      list: 'Links that work now',
      none: 'Nobody follows this ride by a link yet.',
      until: (timeMs: number) => `until ${moment(timeMs)}`,
      send: 'Send',
      copy: 'Copy',
      sendTo: (name: string) => `Send the link for ${name}`,
      copyFor: (name: string) => `Copy the link for ${name}`,
      copied: 'Copied',
      takeBack: 'Stop',
      takeBackFrom: (name: string) => `Stop sharing with ${name}`,
      takenBack: (name: string) => `${name} can no longer see this ride.`,
      message: 'Follow my ride',
      failed: 'That did not get through. Try again.',
      tooMany: 'That is as many links as a ride can have. Stop one first.',
      loading: 'Looking for links…',
      unreadable: 'The links that work now could not be read. Close this and open it again.',
    },
    guest: {
      badge: 'Shared with you',
      until: (timeMs: number) => `This link works until ${moment(timeMs)}, or until the ride is over.`,
    },
    summary: {
      distance: 'Distance',
      duration: 'Time',
      from: 'Start',
      to: 'End',
      gpx: 'Download the track (GPX)',
      saving: 'Preparing…',
      failed: 'The track could not be read. Try again.',
      canceledText: 'The car is no longer shown.',
      noTrack: 'No positions were kept of this ride.',
      loading: 'Reading the track…',
    },
    noLink: {
      title: 'This link is not complete',
      text: 'It lacks its key, the part after the #. Open the whole link that you were sent.',
    },
    noTrip: { title: 'Nothing here', text: 'This address names no ride. Check the link that you were sent.' },
    broken: {
      title: 'Something went wrong here',
      text: 'Reload the page to go on. Your ride is not affected.',
      reload: 'Reload',
    },
    demo: {
      title: 'Rides under way',
      subtitle: (count: number) => (count === 1 ? '1 car on the map' : `${count} cars on the map`),
      loading: 'Looking for rides…',
      empty: {
        title: 'No rides right now',
        text: 'The streets are quiet. New rides show up here by themselves.',
        command: 'npm run sim -- --drivers 25',
      },
      notDemo: {
        title: 'Open the link to your ride',
        text: 'A ride is followed by the link that its rider gets. To see simulated rides here, start the node in demo mode:',
        command: 'TRIPCAST_DEMO=1 npm run gateway',
      },
      unreachable: {
        title: 'The service can’t be reached',
        text: 'Trying again every few seconds.',
      },
      mapLabel: 'Map of all rides under way',
    },
  };
}

export type Words = ReturnType<typeof english>;
