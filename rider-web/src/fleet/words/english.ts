import type { ProblemKind } from '../problems.ts';
import type { Freshness, VehicleState } from '../vehicle-state.ts';

const STATES: Record<VehicleState, string> = {
  riding: 'With rider',
  toPickup: 'To pickup',
  waiting: 'At pickup',
  assigned: 'Assigned',
  free: 'Free',
  offline: 'Offline',
};

const FRESHNESS: Record<Freshness, string> = { live: 'Live', late: 'Late', silent: 'Silent' };

const PROBLEMS: Record<ProblemKind, string> = {
  gap: 'Nothing heard',
  jump: 'Jumped',
  stuck: 'Not moving',
  offRoute: 'Off route',
  late: 'Late',
};

export const english = {
  title: 'Fleet',
  mapLabel: 'Map of the fleet',
  gate: {
    title: 'The fleet',
    text: 'This page shows every vehicle. It needs an operator’s token, which it keeps in memory only: reload the page and you will be asked again.',
    label: 'Operator’s token',
    open: 'Open the fleet',
    how: 'On the node’s machine, this prints one for an hour:',
    notAToken: 'That is no token: it has three parts with dots between them.',
    refused: (why: string) => `The node did not take the token: ${why}`,
  },
  connection: {
    connecting: 'Connecting …',
    live: 'Live',
    reconnecting: 'Reconnecting …',
    notServed: 'The node cannot hear the fleet',
  },
  counts: { online: 'online', inView: 'in view', onTrip: 'on a trip', problems: 'problems' },
  search: 'Vehicle, trip or plate',
  nothingFound: 'No vehicle that is online has this.',
  results: (count: number) => (count === 1 ? '1 vehicle' : `${count} vehicles`),
  elsewhere: 'elsewhere',
  states: STATES,
  freshness: FRESHNESS,
  stateFilter: 'What they do',
  freshnessFilter: 'How new their position is',
  problems: PROBLEMS,
  tabs: { problems: 'Problems', nodes: 'Nodes' },
  noProblems: 'Nothing looks wrong with the vehicles in view.',
  problemsOnly: 'Show only these on the map',
  far: 'Too many to show one by one: go closer.',
  shown: (shown: number, all: number) => `${shown} of ${all} shown`,
  amount: {
    silentFor: (time: string) => `for ${time}`,
    by: (distance: string) => `by ${distance}`,
    lateBy: (time: string) => `by ${time}`,
  },
  nodes: {
    drivers: 'drivers',
    followers: 'followers',
    operators: 'operators',
    fixes: 'fixes/s',
    lag: 'lag',
    draining: 'leaving',
    ours: 'this page',
  },
  vehicle: {
    back: 'Fleet',
    gone: 'This vehicle is not in view.',
    noTrip: 'No trip',
    trip: 'Trip',
    driver: 'Driver',
    car: 'Car',
    eta: 'Expected',
    newest: 'Newest position',
    ago: (time: string) => `${time} ago`,
    speed: 'Speed',
    accuracy: 'Accuracy',
    pace: 'Sends every',
    replay: 'Replay',
    cancel: 'Cancel trip',
    cancelSure: 'Really cancel?',
    newTrip: 'New trip',
    pickPickup: 'Click where the rider gets in.',
    pickDropoff: 'Click where the ride ends.',
    create: 'Create trip',
    giveUp: 'Never mind',
    created: 'Trip created.',
    openRider: 'Open the rider’s page',
    fault: 'Inject a fault',
    faultHint: 'For one minute, in the simulated driver’s phone.',
    injected: 'The simulator has been told.',
    faults: {
      tunnel: 'Tunnel',
      jump: 'GPS jumps',
      noise: 'GPS noise',
      freeze: 'GPS freezes',
      stop: 'Car stops',
      dead: 'Phone dies',
    },
  },
  replay: {
    label: 'Moment of the ride',
    play: 'Play',
    pause: 'Pause',
    close: 'Close the replay',
    measured: 'Measured',
    displayed: 'Displayed',
    away: (distance: string) => `${distance} apart`,
    empty: 'This trip has no positions yet.',
    speed: 'Speed',
  },
  seconds: (ms: number) => {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 60) return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  },
};

export type FleetWords = typeof english;
