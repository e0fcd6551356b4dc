import { decodePolyline } from '@tripcast/protocol';
import { useEffect } from 'react';
import type { FleetCalls } from '../../fleet/fleet-calls.ts';
import type { FleetStore } from '../../fleet/fleet-store.ts';
import { routeArc } from '../../glide/index.ts';

/** Some of them, a few at a time: a view of thousands of vehicles must not ask for thousands of trips at once. */
const EVERY_MS = 2_000;
const AT_ONCE = 10;

/** Reads the routes of trips in view little by little, so that who leaves them is found. */
export function useRoutes(store: FleetStore, calls: FleetCalls): void {
  useEffect(
    function readRoutes() {
      const read = async (tripId: string) => {
        const trip = await calls.trip(tripId);
        store.learnRoute(trip, routeArc((trip.route && decodePolyline(trip.route)) || []));
      };
      const timer = setInterval(() => {
        if (document.visibilityState !== 'visible' || store.facts().connection !== 'live') return;
        for (const tripId of store.tripsWithoutRoute(AT_ONCE)) {
          read(tripId).catch(() => {}); // asked for again with the next round
        }
      }, EVERY_MS);
      return function readNoMore() {
        clearInterval(timer);
      };
    },
    [store],
  );
}
