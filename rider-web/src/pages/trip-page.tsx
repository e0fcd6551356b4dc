import type { TripId } from '@tripcast/protocol';
import { hasEnded } from '@tripcast/protocol';
import { lazy, Suspense, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { FollowedCar } from '../map/follow.tsx';
import { Route } from '../map/route.tsx';
import { Stop } from '../map/stop.tsx';
import { TripMap } from '../map/trip-map.tsx';
import { FollowedTrip } from '../trips/followed-trip.ts';
import type { SiteConfig } from '../trips/site-config.ts';
import { words } from '../words/index.ts';
import { Message } from './message.tsx';
import { TripPanel } from './trip-panel.tsx';

export interface TripPageProps {
  tripId: TripId;
  token: string;
  config: Promise<SiteConfig>;
}

/** Drawn when it is there; the car doesn't wait for its streets. */
const Ground = lazy(() => import('../map/ground.tsx').then((map) => ({ default: map.Ground })));

/** A rider's ride. */
export function TripPage({ tripId, token, config }: TripPageProps) {
  const followed = useFollowedTrip(tripId, token, config);
  return followed ? <FollowedTripPage followed={followed} config={config} /> : null;
}

function useFollowedTrip(
  tripId: string,
  token: string,
  config: Promise<SiteConfig>,
): FollowedTrip | undefined {
  const [followed, setFollowed] = useState<FollowedTrip>();
  useEffect(
    function follow() {
      const loadStreets = async () => {
        const [{ loadStreets: load }, { city }] = await Promise.all([
          import('../trips/city-streets.ts'),
          config,
        ]);
        return load(location.origin, city);
      };
      const following = new FollowedTrip({ url: location.origin, tripId, token, loadStreets });
      setFollowed(following);
      return function leave() {
        following.close();
        setFollowed(undefined);
      };
    },
    [tripId, token, config],
  );
  return followed;
}

function FollowedTripPage({ followed, config }: { followed: FollowedTrip; config: Promise<SiteConfig> }) {
  const facts = useSyncExternalStore(followed.subscribe, followed.facts);
  const poseAt = useCallback((nowMs: number) => followed.poseAt(nowMs), [followed]);
  const { trip, truth } = facts;

  if (!trip) {
    if (truth.kind === 'refused')
      return <Message title={words.refusedTitle} text={words.refusal(truth.problem)} />;
    if (truth.kind === 'ended') return <Message title={words.endedTitle.other} text={words.endedText} />;
  }
  const isRiding = trip?.status === 'ENROUTE_TO_DROPOFF';
  const isOver = trip !== undefined && hasEnded(trip.status);
  const route = followed.route;
  return (
    <div className="trip-page">
      <TripMap label={words.mapLabel}>
        <Suspense>
          <Ground config={config} route={isOver ? undefined : route} />
        </Suspense>
        {trip && (
          <>
            {route && !isOver && <Route route={route} poseAt={poseAt} />}
            <Stop kind="pickup" place={trip.pickup} label={words.pickup} isPast={isRiding} />
            <Stop kind="dropoff" place={trip.dropoff} label={words.dropoff} isPast={false} />
            <FollowedCar
              poseAt={poseAt}
              colour={trip.vehicle?.colour}
              next={isRiding || isOver ? trip.dropoff : trip.pickup}
              other={isRiding || isOver ? trip.pickup : trip.dropoff}
            />
          </>
        )}
      </TripMap>
      <TripPanel facts={facts} />
    </div>
  );
}
