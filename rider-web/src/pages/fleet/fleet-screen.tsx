import type { Coordinates, FleetView, Trip } from '@tripcast/client';
import { Suspense, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { FleetCalls } from '../../fleet/fleet-calls.ts';
import type { FleetCar, FleetStore } from '../../fleet/fleet-store.ts';
import type { Replay } from '../../fleet/replay.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { FitOnce, FleetCars, FlyTo, PickPlace } from '../../map/fleet-cars.tsx';
import { Ground } from '../../map/ground.tsx';
import { PlannedTrip } from '../../map/planned-trip.tsx';
import { TripMap } from '../../map/trip-map.tsx';
import type { SiteConfig } from '../../trips/site-config.ts';
import { FleetPanel } from './fleet-panel.tsx';
import { ReplayBar } from './replay-bar.tsx';
import { useRoutes } from './use-routes.ts';
import { VehiclePanel } from './vehicle-panel.tsx';

export interface FleetScreenProps {
  store: FleetStore;
  calls: FleetCalls;
  config: Promise<SiteConfig>;
}

/** So many of the vehicles in view must be there before the map is fitted to them. */
const MOST_ARE_THERE = 0.9;

/** What the next click on the map means. */
export type Picking = { pickup?: Coordinates; dropoff?: Coordinates };

export function FleetScreen({ store, calls, config }: FleetScreenProps) {
  const words = useFleetWords();
  const facts = useSyncExternalStore(store.subscribe, store.facts);
  const [selected, setSelected] = useState<string>();
  const [flyTo, setFlyTo] = useState<Coordinates>();
  const [picking, setPicking] = useState<Picking>();
  const [replay, setReplay] = useState<Replay>();
  const trip = useTripOf(selected === undefined ? undefined : store.car(selected), calls);
  useRoutes(store, calls);
  const hasCars = facts.isFar || (facts.inView > 0 && facts.shown >= facts.inView * MOST_ARE_THERE);

  const firstPlaces = useMemo(
    () => (hasCars ? [...(store.clusters ?? []), ...[...store.cars].flatMap(({ fix }) => fix ?? [])] : []),
    [store, hasCars],
  );
  const look = useCallback((view: FleetView) => store.look(view), [store]);
  const pick = useCallback((place: Coordinates) => {
    setPicking((before) => before && (before.pickup ? { ...before, dropoff: place } : { pickup: place }));
  }, []);

  function select(id: string | undefined, place?: Coordinates): void {
    setSelected(id);
    setPicking(undefined);
    setReplay(undefined);
    if (place) setFlyTo({ ...place });
  }

  const isPicking = picking !== undefined && !picking.dropoff;
  return (
    <div className="trip-page fleet-page">
      <TripMap label={words.mapLabel} minZoom={3}>
        <Suspense>
          <Ground config={config} />
        </Suspense>
        {trip && <PlannedTrip trip={trip} />}
        {picking && <PlannedTrip trip={picking} />}
        <FleetCars
          source={store}
          selected={selected}
          onView={look}
          onSelect={(car: FleetCar | undefined) => {
            if (!isPicking && !replay) select(car?.about.id);
          }}
        />
        <FitOnce places={firstPlaces} />
        <FlyTo place={flyTo} />
        {isPicking && <PickPlace onPick={pick} />}
        {replay && <ReplayBar replay={replay} onClose={() => setReplay(undefined)} />}
        {facts.isFar && <p className="map-note">{words.far}</p>}
      </TripMap>
      {selected === undefined ? (
        <FleetPanel store={store} facts={facts} onSelect={select} />
      ) : (
        <VehiclePanel
          key={selected}
          id={selected}
          store={store}
          calls={calls}
          trip={trip}
          picking={picking}
          onPicking={setPicking}
          onReplay={setReplay}
          onBack={() => select(undefined)}
        />
      )}
    </div>
  );
}

/** The whole trip of a vehicle, read again when its status changes. */
function useTripOf(car: FleetCar | undefined, calls: FleetCalls): Trip | undefined {
  const [trip, setTrip] = useState<Trip>();
  const { id, status } = car?.about.trip ?? {};
  useEffect(
    function readTrip() {
      let isWanted = true;
      if (id !== undefined) {
        calls.trip(id).then(
          (read) => isWanted && setTrip(read),
          () => {}, // it has just been forgotten, or we hear of it from the socket
        );
      }
      return function forgetTrip() {
        isWanted = false;
        setTrip(undefined);
      };
    },
    [id, status],
  );
  return trip?.id === id ? trip : undefined;
}
