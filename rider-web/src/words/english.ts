// Every word that a rider reads. Another language is another module of this shape.

import type { Problem, TripStatus, VehicleDescription } from '@tripcast/client';
import type { Truth } from '../trips/truth.ts';

const STATUS: Record<TripStatus, string> = {
  NEW: 'Waiting for a driver to set off',
  ENROUTE_TO_PICKUP: 'Your driver is on the way',
  ARRIVED_AT_PICKUP: 'Your driver has arrived',
  ENROUTE_TO_DROPOFF: 'On the way to your destination',
  COMPLETE: 'You have arrived',
  CANCELED: 'This trip was canceled',
};

const SHORT_STATUS: Record<TripStatus, string> = {
  NEW: 'Waiting',
  ENROUTE_TO_PICKUP: 'To pickup',
  ARRIVED_AT_PICKUP: 'At pickup',
  ENROUTE_TO_DROPOFF: 'Riding',
  COMPLETE: 'Done',
  CANCELED: 'Canceled',
};

/** A status that this page doesn't know yet is a trip under way. */
const UNKNOWN_STATUS = 'Your trip is under way';

function known<T>(table: Record<TripStatus, T>, status: string): T | undefined {
  return Object.hasOwn(table, status) ? table[status as TripStatus] : undefined;
}

/** A duration until something, ms: never negative, never more exact than it is. */
function eta(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'any moment now';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

function distance(metres: number): string {
  if (metres < 1000) return `${Math.round(metres / 10) * 10} m`;
  return `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)} km`;
}

/** How old the newest position is. */
function age(seconds: number): string {
  if (seconds <= 0) return 'just now';
  if (seconds < 90) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}

/** @param timeMs by this device's clock */
function clockTime(timeMs: number): string {
  const time = new Date(timeMs);
  return `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
}

/** What the way from the driver's phone to this screen is like now. `clockOffsetMs`: the server's clock minus ours. */
function connection(truth: Truth, clockOffsetMs: number): string {
  switch (truth.kind) {
    case 'live':
      return 'Live';
    case 'connecting':
      return 'Connecting…';
    case 'reconnecting':
      return 'Reconnecting…';
    case 'notStarted':
      return 'Connected';
    case 'offline':
      return `Driver’s phone is offline since ${clockTime(truth.since - clockOffsetMs)}`;
    case 'silent':
      return truth.since === undefined
        ? 'Waiting for the first position'
        : `No position since ${clockTime(truth.since - clockOffsetMs)}`;
    case 'disturbed':
      return truth.since === undefined
        ? 'Trouble on our side. We are on it.'
        : `Trouble on our side: no position since ${clockTime(truth.since - clockOffsetMs)}`;
    case 'ended':
      return 'Trip ended';
    case 'refused':
      return refusal(truth.problem);
    default:
      return truth satisfies never;
  }
}

/** Why a trip can't be followed, and what to do about it. */
function refusal(problem: Problem | undefined): string {
  switch (problem?.code) {
    case 'unauthenticated':
      return 'This link has expired. Ask for a new one.';
    case 'forbidden':
      return 'This link is for another trip. Open the link that you were sent.';
    case 'not_found':
      return 'There is no such trip. Check the link, or ask for a new one.';
    case 'trip_ended':
      return 'This trip has ended.';
    case 'too_many_requests':
      return 'Too many people follow this trip. Try again in a minute.';
    default:
      return 'This link no longer works. Ask for a new one.';
  }
}

export const english = {
  language: 'en',
  title: 'Tripcast',
  status: (status: string) => known(STATUS, status) ?? UNKNOWN_STATUS,
  shortStatus: (status: string) => known(SHORT_STATUS, status) ?? 'Under way',
  eta,
  distance,
  age,
  clockTime,
  connection,
  refusal,
  arrivesAt: (timeMs: number) => `around ${clockTime(timeMs)}`,
  etaLabel: { pickup: 'Pickup in', dropoff: 'Arriving in' },
  etaUnknown: 'No estimate yet',
  remaining: (metres: number) => `${distance(metres)} to go`,
  ageLabel: 'Last position',
  noPosition: 'no position yet',
  extrapolated: 'Position estimated',
  pickup: 'Pickup',
  dropoff: 'Destination',
  car: 'Car',
  someCar: 'Your car',
  /** As one says it at the kerb: "Dark green Fiat Cronos". */
  vehicle: ({ colour, make, model }: VehicleDescription) => {
    const text = [colour, make, model].filter(Boolean).join(' ');
    return text.charAt(0).toLocaleUpperCase() + text.slice(1);
  },
  recentre: 'Re-centre',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  mapLabel: 'Map of the trip',
  allTrips: 'All trips',
  progress: ['On the way', 'Arrived', 'Riding', 'Done'],
  follow: 'Follow',
  loadingTrip: 'Looking for your trip…',
  noLink: {
    title: 'This link is not complete',
    text: 'It lacks its key, the part after the #. Open the whole link that you were sent.',
  },
  noTrip: { title: 'Nothing here', text: 'This address names no trip. Check the link that you were sent.' },
  broken: {
    title: 'Something went wrong here',
    text: 'Reload the page to go on. Your ride is not affected.',
  },
  refusedTitle: 'This trip can’t be shown',
  endedTitle: {
    complete: 'You have arrived',
    canceled: 'This trip was canceled',
    other: 'This trip has ended',
  },
  endedText: 'Positions are no longer shown once a trip is over.',
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
      title: 'This node is not in demo mode',
      text: 'Real trips are followed by the link that each rider gets. To see simulated ones here, start the node with demo mode on:',
      command: 'TRIPCAST_DEMO=1 npm run gateway',
    },
    unreachable: {
      title: 'The node can’t be reached',
      text: 'Trying again every few seconds.',
    },
    mapLabel: 'Map of all rides under way',
  },
} as const;

export type Words = typeof english;
