import type { FleetCar, FleetFacts, FleetStore } from '../../fleet/fleet-store.ts';
import { VEHICLE_STATES } from '../../fleet/vehicle-state.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import type { Select } from './fleet-screen.tsx';

export interface VehicleListProps {
  store: FleetStore;
  facts: FleetFacts;
  onSelect: Select;
}

const MOST_SHOWN = 60;

/** The vehicles that the map shows, for who would rather read, or has no mouse. */
export function VehicleList({ store, facts, onSelect }: VehicleListProps) {
  const words = useFleetWords();
  if (facts.isFar) return <p className="hint">{words.tooFar}</p>;
  const listed = firstShown(store.cars);
  const more = facts.shown - listed.length;
  return (
    <>
      {listed.length === 0 && <p className="hint">{words.noVehicles}</p>}
      <ul className="result-list" data-testid="vehicles">
        {listed.map(({ about, fix, state, freshness }) => (
          <li key={about.id}>
            <button type="button" onClick={() => onSelect(about.id, fix)}>
              <span className={`mark mark-${state}`} aria-hidden="true" />
              <strong>{about.trip?.plate ?? about.id}</strong>
              <span>
                {words.states[state]}
                {freshness !== 'live' && ` · ${words.freshness[freshness]}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="hint">{words.moreOf(more)}</p>}
    </>
  );
}

/** Some of them, in the order of what they do. */
function firstShown(cars: Iterable<FleetCar>): FleetCar[] {
  const byState = new Map(VEHICLE_STATES.map((state) => [state, [] as FleetCar[]]));
  for (const car of cars) {
    const alike = byState.get(car.state)!;
    if (car.isShown && alike.length < MOST_SHOWN) alike.push(car);
  }
  return [...byState.values()].flat().slice(0, MOST_SHOWN);
}
