import type { Trip } from '@tripcast/client';
import { useState, useSyncExternalStore } from 'react';
import type { FleetCalls } from '../../fleet/fleet-calls.ts';
import type { FleetCar, FleetStore } from '../../fleet/fleet-store.ts';
import { Replay } from '../../fleet/replay.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { useWords } from '../../words/index.ts';
import type { Picking } from './fleet-screen.tsx';
import { NewTripSteps } from './new-trip-steps.tsx';
import { useAmount } from './problem-list.tsx';
import { SimulatorFaults } from './simulator-faults.tsx';

export interface VehiclePanelProps {
  id: string;
  store: FleetStore;
  calls: FleetCalls;
  /** The whole of its trip, once it is read. */
  trip: Trip | undefined;
  picking: Picking | undefined;
  onPicking: (picking: Picking | undefined) => void;
  onReplay: (replay: Replay) => void;
  onBack: () => void;
}

/** One vehicle: what it does, what is wrong with it, and what an operator can do. */
export function VehiclePanel(props: VehiclePanelProps) {
  const { id, store, trip, picking, onBack } = props;
  const words = useFleetWords();
  useSyncExternalStore(store.subscribe, store.facts); // once a second: ages
  const car = store.car(id);
  const name = trip?.vehicle?.plate ?? car?.about.trip?.plate ?? id;
  return (
    <main className="panel fleet-panel" data-testid="vehicle-panel">
      <button type="button" className="link-button back" onClick={onBack}>
        ← {words.vehicle.back}
      </button>
      <header>
        <h1 className="vehicle-name">{name}</h1>
        {name !== id && <p className="hint">{id}</p>}
      </header>
      {car ? <State car={car} store={store} /> : <p className="hint">{words.vehicle.gone}</p>}
      {trip && <TripFacts trip={trip} />}
      {picking ? (
        <NewTripSteps {...props} picking={picking} />
      ) : (
        <Actions {...props} hasTrip={car?.about.trip !== undefined} />
      )}
      {car?.fix?.simulated && <SimulatorFaults id={id} calls={props.calls} />}
    </main>
  );
}

function State({ car, store }: { car: FleetCar; store: FleetStore }) {
  const words = useFleetWords();
  const amount = useAmount();
  const { fix, state, freshness, problems, about } = car;
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
          <Fact name={words.vehicle.newest}>
            {words.vehicle.ago(words.seconds(store.serverNow() - fix.time))}
          </Fact>
          {fix.speed !== undefined && (
            <Fact name={words.vehicle.speed}>{Math.round(fix.speed * 3.6)} km/h</Fact>
          )}
          {fix.accuracy !== undefined && <Fact name={words.vehicle.accuracy}>± {fix.accuracy} m</Fact>}
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
      {trip.eta !== undefined && <Fact name={words.eta}>{clockTime(trip.eta)}</Fact>}
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
    if (isSure) await calls.cancelTrip(of.id);
    setSure(!isSure);
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
      {trip && hasTrip && (
        <button type="button" className="quiet-action" onClick={() => void attempt(() => cancel(trip))}>
          {isSure ? words.vehicle.cancelSure : words.vehicle.cancel}
        </button>
      )}
      <p className="fault" role="alert">
        {fault}
      </p>
    </div>
  );
}
