import type { Coordinates, FleetView, Trip } from '@tripcast/client';
import {
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { FleetCalls } from '../../fleet/fleet-calls.ts';
import type { FleetCar, FleetFacts, FleetStore } from '../../fleet/fleet-store.ts';
import type { Replay } from '../../fleet/replay.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { FitOnce, FleetCars, FlyTo, KeepInView, PickPlace, WholeFleet } from '../../map/fleet-cars.tsx';
import { Ground } from '../../map/ground.tsx';
import { PlannedTrip } from '../../map/planned-trip.tsx';
import { TripMap } from '../../map/trip-map.tsx';
import type { SiteConfig } from '../../trips/site-config.ts';
import { useWords } from '../../words/index.ts';
import { FleetPanel } from './fleet-panel.tsx';
import { ReplayBar } from './replay-bar.tsx';
import { useRoutes } from './use-routes.ts';
import { isOver, VehiclePanel } from './vehicle-panel.tsx';

export interface FleetScreenProps {
  store: FleetStore;
  calls: FleetCalls;
  config: Promise<SiteConfig>;
  /** Notes on the map. */
  children?: ReactNode;
}

/** So many of the vehicles in view must be there before the map is fitted to them. */
const MOST_ARE_THERE = 0.9;

/** What the next click on the map means. */
export type Picking = { pickup?: Coordinates; dropoff?: Coordinates };

/** What an operator looks at. */
interface Selected {
  id: string;
  /** Of all the vehicle's trips this one. */
  tripId: string | undefined;
}

export type Select = (id: string, place?: Coordinates, tripId?: string) => void;

export function FleetScreen({ store, calls, config, children }: FleetScreenProps) {
  const words = useFleetWords();
  const facts = useSyncExternalStore(store.subscribe, store.facts);
  const [selected, setSelected] = useState<Selected>();
  const [flyTo, setFlyTo] = useState<Coordinates>();
  const [picking, setPicking] = useState<Picking>();
  const [replay, setReplay] = useState<Replay>();
  const [isFolded, setFolded] = useState(false);
  const car = useLastKnown(store, selected?.id);
  const trip = useTripOf(car, selected?.tripId, calls);
  useRoutes(store, calls);
  const hasCars = facts.isFar || (facts.inView > 0 && facts.shown >= facts.inView * MOST_ARE_THERE);

  const places = useMemo(
    () => (hasCars ? [...(store.clusters ?? []), ...[...store.cars].flatMap(({ fix }) => fix ?? [])] : []),
    [store, hasCars],
  );
  /** Where the fleet was found at first: whoever has gone closer comes back to it. */
  const home = useRef<readonly Coordinates[]>([]);
  if (home.current.length === 0) home.current = places;
  const look = useCallback((view: FleetView) => store.look(view), [store]);
  const pick = useCallback((place: Coordinates) => {
    setPicking((before) => before && (before.pickup ? { ...before, dropoff: place } : { pickup: place }));
  }, []);
  const id = selected?.id;
  const placeOfSelected = useCallback(() => (id === undefined ? undefined : store.car(id)?.fix), [store, id]);

  function select(nextId: string | undefined, place?: Coordinates, tripId?: string): void {
    setSelected(nextId === undefined ? undefined : { id: nextId, tripId });
    setPicking(undefined);
    setReplay(undefined);
    setFolded(false);
    if (place) setFlyTo({ ...place });
  }

  function showReplay(shown: Replay | undefined): void {
    setReplay(shown);
    setFolded(shown !== undefined); // a phone has no room for both
  }

  return (
    <div className={`trip-page fleet-page ${replay ? 'is-replaying' : ''}`}>
      <TripMap label={words.mapLabel} minZoom={3}>
        <Suspense>
          <Ground config={config} />
        </Suspense>
        {trip && !replay && !isOver(trip) && <PlannedTrip trip={trip} />}
        {picking && <PlannedTrip trip={picking} />}
        <FleetCars
          source={store}
          selected={id}
          onView={look}
          onSelect={(clicked: FleetCar | undefined) => {
            if (!picking && !replay) select(clicked?.about.id);
          }}
        />
        <FitOnce places={places} />
        <FlyTo place={flyTo} />
        {id !== undefined && !picking && !replay && <KeepInView key={id} placeOf={placeOfSelected} />}
        {picking && <PickPlace onPick={pick} />}
        {replay && <ReplayBar replay={replay} onClose={() => showReplay(undefined)} />}
        <WholeFleet places={home.current} label={words.wholeFleet} />
        <div className="fleet-notes">
          {children}
          <Silence facts={facts} />
          {facts.isFar && !replay && <p className="fleet-note">{words.far}</p>}
          {facts.connection === 'live' && facts.nodes.length > 0 && facts.online + facts.inView === 0 && (
            <p className="fleet-note">{words.nobodyOnline}</p>
          )}
        </div>
      </TripMap>
      {id === undefined ? (
        <FleetPanel
          store={store}
          calls={calls}
          facts={facts}
          isFolded={isFolded}
          onFold={setFolded}
          onSelect={select}
        />
      ) : (
        <VehiclePanel
          key={id}
          id={id}
          store={store}
          calls={calls}
          car={car}
          trip={trip}
          picking={picking}
          isFolded={isFolded}
          onFold={setFolded}
          onPicking={setPicking}
          onReplay={showReplay}
          onGoThere={setFlyTo}
          onBack={() => select(undefined)}
        />
      )}
    </div>
  );
}

/** That we hear nothing, and as of when the map is. A token that is over has its own note. */
function Silence({ facts: { asOf, connection } }: { facts: FleetFacts }) {
  const words = useFleetWords();
  const { exactTime } = useWords();
  if (asOf === undefined || connection === 'refused') return null;
  const time = exactTime(asOf);
  return (
    <p className="fleet-note is-off" role="status">
      {connection === 'live'
        ? words.notServed(time)
        : connection === 'offline'
          ? words.offline(time)
          : words.lost(time)}
    </p>
  );
}

/** A vehicle as it is, or as it was when it was last in view. */
function useLastKnown(store: FleetStore, id: string | undefined): FleetCar | undefined {
  const last = useRef<FleetCar>(undefined);
  const car = id === undefined ? undefined : store.car(id);
  if (car || last.current?.about.id !== id) last.current = car;
  return last.current;
}

/** The whole trip of a vehicle, or its last one once it has none; read again when its status changes. */
function useTripOf(
  car: FleetCar | undefined,
  chosen: string | undefined,
  calls: FleetCalls,
): Trip | undefined {
  const [trip, setTrip] = useState<Trip>();
  const last = useRef<{ vehicleId: string; tripId: string }>(undefined);
  const { trip: current, id: vehicleId } = car?.about ?? {};
  if (current && vehicleId) last.current = { vehicleId, tripId: current.id };
  const lastId = last.current?.vehicleId === vehicleId ? last.current?.tripId : undefined;
  const id = chosen ?? current?.id ?? lastId;
  const status = current?.id === id ? current?.status : undefined;
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
      };
    },
    [id, status, calls],
  );
  return trip?.id === id ? trip : undefined;
}
