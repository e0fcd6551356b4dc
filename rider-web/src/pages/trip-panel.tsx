import type { Trip } from '@tripcast/client';
import { hasEnded } from '@tripcast/protocol';
import { useEffect } from 'react';
import { paintOf } from '../map/paint.ts';
import type { TripFacts } from '../trips/trip-facts.ts';
import { announcement } from '../words/announcement.ts';
import { words } from '../words/index.ts';
import { Logo } from './logo.tsx';
import { TruthLine } from './truth-line.tsx';

/** All that is said of a trip beside its map: a panel on a desk, a sheet on a phone. */
export function TripPanel({ facts }: { facts: TripFacts }) {
  const { trip } = facts;
  const said = announcement(words, facts);

  useEffect(
    function nameTab() {
      document.title = trip ? `${words.shortStatus(trip.status)} · ${words.title}` : words.title;
    },
    [trip],
  );

  return (
    <main className="panel">
      <header className="panel-head">
        <a href="/" aria-label={words.allTrips}>
          <Logo />
        </a>
      </header>
      <p className="visually-hidden" role="status" aria-live="polite">
        {said}
      </p>
      <section className="card headline">
        <h1 data-testid="status">{trip ? words.status(trip.status) : words.loadingTrip}</h1>
        {trip && <Eta facts={facts} trip={trip} />}
        {trip && <Progress status={trip.status} />}
        <TruthLine facts={facts} />
      </section>
      {trip && <VehicleCard trip={trip} />}
      {trip && <Places trip={trip} />}
    </main>
  );
}

function Eta({ facts, trip }: { facts: TripFacts; trip: Trip }) {
  const { etaMs, remainingMetres, clockOffsetMs, truth } = facts;
  if (hasEnded(trip.status)) return <p className="eta-detail">{words.endedText}</p>;
  if (trip.status === 'ARRIVED_AT_PICKUP') return null;
  const label = trip.status === 'ENROUTE_TO_DROPOFF' ? words.etaLabel.dropoff : words.etaLabel.pickup;
  const details = [
    trip.eta !== undefined && etaMs !== undefined && etaMs > 0 && words.arrivesAt(trip.eta - clockOffsetMs),
    remainingMetres !== undefined && words.remaining(remainingMetres),
  ].filter(Boolean);
  return (
    <div className={truth.kind === 'live' ? 'eta' : 'eta eta-doubtful'}>
      {etaMs !== undefined && <span className="eta-label">{label}</span>}
      <strong data-testid="eta" className={etaMs === undefined ? 'eta-unknown' : undefined}>
        {etaMs === undefined ? words.etaUnknown : words.eta(etaMs)}
      </strong>
      {details.length > 0 && <span className="eta-detail">{details.join(' · ')}</span>}
    </div>
  );
}

/** The step that is under way; -1 before the first. An unknown status has none. */
const PROGRESS_STEP: Record<string, number> = {
  NEW: -1,
  ENROUTE_TO_PICKUP: 0,
  ARRIVED_AT_PICKUP: 1,
  ENROUTE_TO_DROPOFF: 2,
  COMPLETE: 3,
};

function Progress({ status }: { status: string }) {
  const step = PROGRESS_STEP[status];
  if (step === undefined) return null;
  return (
    <ol className="progress">
      {words.progress.map((name, index) => (
        <li
          key={name}
          className={index < step ? 'progress-done' : index === step ? 'progress-now' : undefined}
          aria-current={index === step ? 'step' : undefined}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}

function VehicleCard({ trip }: { trip: Trip }) {
  const { colour, plate, driverName } = trip.vehicle ?? {};
  const car = words.vehicle(trip.vehicle ?? {});
  if (!car && !plate && !driverName) return null;
  const paint = paintOf(colour);
  return (
    <section className="card vehicle">
      <span
        className="avatar"
        aria-hidden="true"
        ref={(element) => element?.style.setProperty('--paint', paint ?? 'var(--car)')}
      >
        {driverName?.trim().charAt(0).toUpperCase() ?? ''}
      </span>
      <div className="vehicle-text">
        <span className="driver">{driverName ?? words.someCar}</span>
        <span className="model">{car}</span>
      </div>
      {plate && <span className="plate">{plate}</span>}
    </section>
  );
}

function Places({ trip }: { trip: Trip }) {
  return (
    <section className="card places">
      <div className="place place-pickup">
        <span className="place-label">{words.pickup}</span>
        <span className="place-name">{trip.pickup.name ?? '—'}</span>
      </div>
      <div className="place place-dropoff">
        <span className="place-label">{words.dropoff}</span>
        <span className="place-name">{trip.dropoff.name ?? '—'}</span>
      </div>
    </section>
  );
}
