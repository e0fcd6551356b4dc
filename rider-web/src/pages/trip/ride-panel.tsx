import { useState } from 'react';
import type { TripAccess } from '../../trips/trip-access.ts';
import type { TripCalls } from '../../trips/trip-calls.ts';
import type { TripFacts } from '../../trips/trip-facts.ts';
import { LanguageSwitch } from '../../ui/language-switch.tsx';
import { Logo } from '../../ui/logo.tsx';
import { announcement } from '../../words/announcement.ts';
import { useWords } from '../../words/index.ts';
import { CancelRide } from './cancel-ride.tsx';
import { Eta } from './eta.tsx';
import { Places } from './places.tsx';
import { ProgressLine } from './progress-line.tsx';
import { RideActions } from './ride-actions.tsx';
import { SheetGrip } from './sheet-grip.tsx';
import { VehicleCard } from './vehicle-card.tsx';

export interface RidePanelProps {
  facts: TripFacts;
  access: TripAccess;
  calls: TripCalls;
}

/** All that is said of a ride beside its map: a panel on a desk, a sheet on a phone. */
export function RidePanel({ facts, access, calls }: RidePanelProps) {
  const words = useWords();
  const [isFolded, setFolded] = useState(false);
  const { trip } = facts;
  const reader = access.isShared ? 'guest' : 'rider';
  return (
    <main className="panel" data-folded={isFolded}>
      <SheetGrip isFolded={isFolded} onFold={setFolded} />
      <header className="panel-head">
        <a href="/" aria-label={`Tripcast: ${words.allTrips}`}>
          <Logo />
        </a>
        <LanguageSwitch />
      </header>
      <p className="visually-hidden" role="status" data-testid="announcement">
        {announcement(words, facts, reader)}
      </p>
      {access.isShared && (
        <p className="guest-note">
          <strong>{words.guest.badge}</strong>
          {access.expiresAtMs !== undefined && (
            <span>{words.guest.until(access.expiresAtMs - facts.clockOffsetMs)}</span>
          )}
        </p>
      )}
      {trip ? (
        <>
          <section className="headline">
            <h1 data-testid="status">{words.status(trip.status, reader)}</h1>
            <Eta facts={facts} trip={trip} />
            <ProgressLine status={trip.status} share={facts.travelledShare} />
          </section>
          <VehicleCard trip={trip} />
          <RideActions trip={trip} access={access} calls={calls} />
          <div className="panel-more">
            <Places trip={trip} />
            {!access.isShared && <CancelRide trip={trip} calls={calls} />}
          </div>
        </>
      ) : (
        <LookingForRide facts={facts} />
      )}
    </main>
  );
}

function LookingForRide({ facts: { truth } }: { facts: TripFacts }) {
  const words = useWords();
  const isOffline = truth.kind === 'noNetwork';
  const isTrying = isOffline || truth.kind === 'reconnecting';
  return (
    <>
      <section className="headline">
        <h1 data-testid="status">{isTrying ? words.unreachable.title : words.loadingTrip}</h1>
        {isTrying && <p>{isOffline ? words.unreachable.offline : words.unreachable.text}</p>}
      </section>
      <div className="skeleton" aria-hidden="true">
        <span />
        <span />
        <span />
      </div>
    </>
  );
}
