import { hasEnded } from '@tripcast/protocol';
import { useSyncExternalStore } from 'react';
import { Ground } from '../map/ground.tsx';
import { Eta } from '../pages/trip/eta.tsx';
import { RideMap } from '../pages/trip/ride-map.tsx';
import { farewellOf } from '../trips/farewell.ts';
import type { FollowedTrip } from '../trips/followed-trip.ts';
import type { SiteConfig } from '../trips/site-config.ts';
import type { TripAccess } from '../trips/trip-access.ts';
import type { TripFacts } from '../trips/trip-facts.ts';
import { announcement } from '../words/announcement.ts';
import { useWords } from '../words/index.ts';

export interface EmbeddedRideProps {
  followed: FollowedTrip;
  access: TripAccess;
  config: Promise<SiteConfig>;
}

/** A ride in a corner of somebody else's page: its map, and one line about it. */
export function EmbeddedRide({ followed, access, config }: EmbeddedRideProps) {
  const words = useWords();
  const facts = useSyncExternalStore(followed.subscribe, followed.facts);
  const { truth, clockOffsetMs } = facts;

  if (truth.kind === 'refused') {
    const { title, text } = words.farewell(farewellOf(truth.problem, access, Date.now() + clockOffsetMs));
    return (
      <div className="embed-message" role="status">
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
    );
  }
  return (
    <div className="embed">
      <RideMap facts={facts} followed={followed} config={config} Ground={Ground} />
      <RideLine facts={facts} access={access} />
    </div>
  );
}

function RideLine({ facts, access }: { facts: TripFacts; access: TripAccess }) {
  const words = useWords();
  const { trip } = facts;
  const reader = access.isShared ? 'guest' : 'rider';
  const car = trip?.vehicle && [words.vehicle(trip.vehicle), trip.vehicle.plate].filter(Boolean).join(' · ');
  return (
    <section className="embed-card">
      <p className="visually-hidden" role="status">
        {announcement(words, facts, reader)}
      </p>
      <div>
        <h2 data-testid="status">{trip ? words.status(trip.status, reader) : words.loadingTrip}</h2>
        {car && <p className="embed-car">{car}</p>}
      </div>
      {trip && !hasEnded(trip.status) && <Eta facts={facts} trip={trip} />}
    </section>
  );
}
