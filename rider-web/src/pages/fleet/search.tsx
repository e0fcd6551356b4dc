import type { Coordinates, FleetTrip, FoundVehicle } from '@tripcast/client';
import { useEffect, useState } from 'react';
import type { FleetFacts, FleetStore } from '../../fleet/fleet-store.ts';
import { useFleetWords } from '../../fleet/words/index.ts';

export interface SearchProps {
  store: FleetStore;
  found: FleetFacts['found'];
  onSelect: (id: string, place?: Coordinates) => void;
}

/** Nodes are asked when typing rests, ms. */
const TYPING_RESTS_MS = 300;
/** Whoever has it has answered by then, ms. */
const ANSWERED_MS = 1_500;
const MOST_SHOWN = 12;

/** Finds vehicles in view at once, and all others by asking the nodes. */
export function Search({ store, found, onSelect }: SearchProps) {
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
          {results.length === 0 && isAnswered && <li className="hint">{words.nothingFound}</li>}
        </ul>
      )}
    </search>
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
