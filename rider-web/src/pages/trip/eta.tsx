import type { Trip } from '@tripcast/client';
import { Fragment } from 'react';
import type { TripFacts } from '../../trips/trip-facts.ts';
import { useWords } from '../../words/index.ts';

/** When the car will be at its next stop, and how far that is. */
export function Eta({ facts, trip }: { facts: TripFacts; trip: Trip }) {
  const words = useWords();
  const { eta, remainingMetres, clockOffsetMs, truth } = facts;
  if (trip.status === 'NEW' || trip.status === 'ARRIVED_AT_PICKUP') return null;
  const label = trip.status === 'ENROUTE_TO_DROPOFF' ? words.etaLabel.dropoff : words.etaLabel.pickup;
  const isCounting = eta !== undefined && !eta.isOverdue;
  const details = [
    isCounting && eta.shown.high > 1 && words.arrivesAround(middleOf(eta) - clockOffsetMs),
    remainingMetres !== undefined && words.remaining(remainingMetres),
  ].filter((detail) => typeof detail === 'string');
  return (
    <div className={truth.kind === 'live' ? 'eta' : 'eta eta-doubtful'}>
      {isCounting && <span className="eta-label">{label}</span>}
      <strong data-testid="eta" className={isCounting ? undefined : 'eta-unknown'}>
        {eta === undefined ? words.etaUnknown : eta.isOverdue ? words.etaOverdue : words.eta(eta.shown)}
      </strong>
      {details.length > 0 && (
        <span className="eta-detail">
          {details.map((detail, index) => (
            <Fragment key={detail}>
              {index > 0 && ' · '}
              <span>{detail}</span>
            </Fragment>
          ))}
        </span>
      )}
    </div>
  );
}

function middleOf({ earliestMs, latestMs }: NonNullable<TripFacts['eta']>): number {
  return (earliestMs + latestMs) / 2;
}
