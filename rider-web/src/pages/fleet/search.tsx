import type { FleetTrip, FoundVehicle } from '@tripcast/client';
import { useEffect, useState } from 'react';
import type { FleetCalls } from '../../fleet/fleet-calls.ts';
import type { FleetFacts, FleetStore } from '../../fleet/fleet-store.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import type { Select } from './fleet-screen.tsx';

export interface SearchProps {
  store: FleetStore;
  calls: FleetCalls;
  found: FleetFacts['found'];
  onSelect: Select;
}

/** What an id of a trip looks like, when it is all there. */
const TRIP_ID = /^[\w-]{8,64}$/;

/** Nodes are asked when typing rests, ms. */
const TYPING_RESTS_MS = 300;
/** Whoever has it has answered by then, ms. */
const ANSWERED_MS = 1_500;
const MOST_SHOWN = 12;

/** Finds vehicles in view at once, and all others by asking the nodes; and a trip that is over by its id. */
export function Search({ store, calls, found, onSelect }: SearchProps) {
  const words = useFleetWords();
  const [text, setText] = useState('');
  const [isAnswered, setAnswered] = useState(false);
  const wanted = text.trim();

  useEffect(
    function askNodes() {
      setAnswered(false);
      const asking = setTimeout(() => store.find(wanted), TYPING_RESTS_MS);
      const answered = setTimeout(() => setAnswered(true), ANSWERED_MS);
      return function askNoMore() {
        clearTimeout(asking);
        clearTimeout(answered);
      };
    },
    [store, wanted],
  );

  const results = wanted === '' ? [] : matches(store, wanted, found);
  return (
    <search className="fleet-search">
      <input
        type="search"
        placeholder={words.search}
        aria-label={words.search}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          const [first] = results;
          if (event.key === 'Enter' && first) onSelect(first.id, first.fix ?? undefined);
        }}
      />
      {wanted !== '' && (
        <ul className="result-list" aria-live="polite">
          {results.map((vehicle) => (
            <li key={vehicle.id}>
              <button type="button" onClick={() => onSelect(vehicle.id, vehicle.fix ?? undefined)}>
                <strong>{vehicle.trip?.plate ?? vehicle.id}</strong>
                <span>
                  {[vehicle.trip?.plate && vehicle.id, !store.car(vehicle.id) && words.elsewhere]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </button>
            </li>
          ))}
          {results.length === 0 && isAnswered && (
            <>
              <li className="hint">{words.nothingFound}</li>
              {TRIP_ID.test(wanted) && <OldTrip key={wanted} id={wanted} calls={calls} onSelect={onSelect} />}
            </>
          )}
        </ul>
      )}
    </search>
  );
}

/** Offers to look for a trip that no vehicle has any more. */
function OldTrip({ id, calls, onSelect }: Pick<SearchProps, 'calls' | 'onSelect'> & { id: string }) {
  const words = useFleetWords();
  const [fault, setFault] = useState('');

  async function look(): Promise<void> {
    try {
      const trip = await calls.trip(id);
      onSelect(trip.vehicleId, trip.pickup, trip.id);
    } catch {
      setFault(words.noSuchTrip);
    }
  }

  return (
    <li>
      <button type="button" onClick={() => void look()}>
        <strong>{words.findTrip}</strong>
        <span>{id}</span>
      </button>
      <p className="fault" role="alert">
        {fault}
      </p>
    </li>
  );
}

function matches(store: FleetStore, text: string, found: FleetFacts['found']): FoundVehicle[] {
  const wanted = text.toLowerCase();
  const byId = new Map<string, FoundVehicle>();
  const has = (id: string, trip: FleetTrip | undefined) =>
    [id, trip?.id, trip?.plate].some((name) => name?.toLowerCase().includes(wanted));
  for (const { about, fix } of store.cars) {
    if (byId.size === MOST_SHOWN) break;
    if (!has(about.id, about.trip)) continue;
    byId.set(about.id, {
      id: about.id,
      ...(about.trip && { trip: about.trip }),
      ...(fix && { fix: { type: 'fix', ...fix } }),
    });
  }
  for (const vehicle of found?.vehicles ?? []) {
    if (byId.size < MOST_SHOWN && has(vehicle.id, vehicle.trip)) byId.set(vehicle.id, vehicle);
  }
  return [...byId.values()];
}
