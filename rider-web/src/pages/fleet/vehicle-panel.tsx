import type { Coordinates, Trip } from '@tripcast/client';
import { hasEnded } from '@tripcast/protocol';
import { useState, useSyncExternalStore } from 'react';
import type { FleetCalls } from '../../fleet/fleet-calls.ts';
import type { FleetCar, FleetStore } from '../../fleet/fleet-store.ts';
import { Replay } from '../../fleet/replay.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { useWords } from '../../words/index.ts';
import { SheetGrip } from '../trip/sheet-grip.tsx';
import type { Picking } from './fleet-screen.tsx';
import { NewTripSteps } from './new-trip-steps.tsx';
import { useAmount } from './problem-list.tsx';
import { SimulatorFaults } from './simulator-faults.tsx';

export interface VehiclePanelProps {
  id: string;
  store: FleetStore;
  calls: FleetCalls;
  /** As it is, or was when it was last in view. */
  car: FleetCar | undefined;
  /** The whole of its trip, or of its last one, once it is read. */
  trip: Trip | undefined;
  picking: Picking | undefined;
  isFolded: boolean;
  onFold: (isFolded: boolean) => void;
  onPicking: (picking: Picking | undefined) => void;
  onReplay: (replay: Replay) => void;
  onGoThere: (place: Coordinates) => void;
  onBack: () => void;
}

export function isOver(trip: Trip): boolean {
  return hasEnded(trip.status);
}

/** One vehicle: what it does, what is wrong with it, and what an operator can do. */
export function VehiclePanel(props: VehiclePanelProps) {
  const { id, store, car, trip, picking, isFolded, onFold, onGoThere, onBack } = props;
  const words = useFleetWords();
  useSyncExternalStore(store.subscribe, store.facts); // once a second: ages
  const isInView = store.car(id) !== undefined;
  const name = trip?.vehicle?.plate ?? car?.about.trip?.plate ?? id;
  return (
    <main className="panel fleet-panel" data-testid="vehicle-panel" data-folded={isFolded}>
      <SheetGrip isFolded={isFolded} onFold={onFold} />
      <button type="button" className="link-button back" onClick={onBack}>
        ← {words.vehicle.back}
      </button>
      <header className="vehicle-head">
        <h1 className="vehicle-name">{name}</h1>
        {name !== id && <p className="hint">{id}</p>}
      </header>
      {isInView && car && <State car={car} store={store} />}
      {!isInView && (
        <div className="out-of-view">
          <p className="hint">{words.vehicle.gone}</p>
          {car?.fix && (
            <button type="button" className="link-button" onClick={() => onGoThere({ ...car.fix! })}>
              {words.vehicle.goThere}
            </button>
          )}
        </div>
      )}
      {trip && <TripFacts trip={trip} />}
      {picking ? (
        <NewTripSteps {...props} picking={picking} />
      ) : (
        <Actions {...props} hasTrip={car?.about.trip !== undefined && isInView} />
      )}
      {isInView && car?.fix?.simulated && <SimulatorFaults id={id} calls={props.calls} />}
    </main>
  );
}

function State({ car, store }: { car: FleetCar; store: FleetStore }) {
  const words = useFleetWords();
  const amount = useAmount();
  const { exactDistance, speed } = useWords();
  const { fix, state, freshness, problems, about } = car;
  const now = store.shownAt;
  return (
    <>
      <p className="vehicle-state">
        <span className={`mark mark-${state}`} aria-hidden="true" />
        {words.states[state]}
        <span className={`badge badge-${freshness}`}>{words.freshness[freshness]}</span>
      </p>
      {problems.map((problem) => (
        <p key={problem.kind} className="fault">
          {words.problems[problem.kind]} {amount(problem)}
        </p>
      ))}
      {fix && (
        <dl className="facts">
          <Fact name={words.vehicle.newest}>{words.vehicle.ago(words.seconds(now - fix.time))}</Fact>
          {fix.speed !== undefined && <Fact name={words.vehicle.speed}>{speed(fix.speed)}</Fact>}
          {fix.accuracy !== undefined && (
            <Fact name={words.vehicle.accuracy}>± {exactDistance(fix.accuracy)}</Fact>
          )}
          <Fact name={words.vehicle.pace}>{words.seconds(about.paceMs)}</Fact>
        </dl>
      )}
    </>
  );
}

function TripFacts({ trip }: { trip: Trip }) {
  const words = useFleetWords().vehicle;
  const { shortStatus, clockTime } = useWords();
  const { driverName, make, model, colour } = trip.vehicle ?? {};
  const car = [colour, make, model].filter(Boolean).join(' ');
  return (
    <dl className="facts">
      <Fact name={words.trip}>
        {shortStatus(trip.status)} · <code>{trip.id}</code>
      </Fact>
      {driverName && <Fact name={words.driver}>{driverName}</Fact>}
      {car && <Fact name={words.car}>{car}</Fact>}
      {trip.eta !== undefined && !isOver(trip) && <Fact name={words.eta}>{clockTime(trip.eta)}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Actions({ trip, calls, hasTrip, onPicking, onReplay }: VehiclePanelProps & { hasTrip: boolean }) {
  const words = useFleetWords();
  const [isSure, setSure] = useState(false);
  const [fault, setFault] = useState('');

  async function attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      setFault('');
    } catch (error) {
      setFault((error as Error).message);
    }
  }

  async function replay(of: Trip): Promise<void> {
    const fixes = await calls.track(of.id);
    if (fixes.length === 0) throw new Error(words.replay.empty);
    onReplay(new Replay(of, fixes));
  }

  async function cancel(of: Trip): Promise<void> {
    setSure(false);
    await calls.cancelTrip(of.id);
  }

  return (
    <div className="actions">
      <div className="action-row">
        {trip && (
          <button type="button" className="action" onClick={() => void attempt(() => replay(trip))}>
            {words.vehicle.replay}
          </button>
        )}
        {!hasTrip && (
          <button type="button" className="action" onClick={() => onPicking({})}>
            {words.vehicle.newTrip}
          </button>
        )}
      </div>
      {trip && !isOver(trip) && (
        <div className="action-row">
          {!isSure && (
            <button type="button" className="quiet-action" onClick={() => setSure(true)}>
              {words.vehicle.cancel}
            </button>
          )}
          {isSure && (
            <>
              <button
                type="button"
                className="quiet-action is-sure"
                onClick={() => void attempt(() => cancel(trip))}
              >
                {words.vehicle.cancelSure}
              </button>
              <button type="button" className="button" onClick={() => setSure(false)}>
                {words.vehicle.keep}
              </button>
            </>
          )}
        </div>
      )}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
