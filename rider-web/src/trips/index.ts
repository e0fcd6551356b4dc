// A followed trip as the pages show it, without the pages: for whoever grades what riders are shown.

export { type StreetFile, streetsOf } from './city-streets.ts';
export { FollowedTrip, type FollowedTripOptions } from './followed-trip.ts';
export type { TripFacts } from './trip-facts.ts';
export { type Truth, truthOf } from './truth.ts';
