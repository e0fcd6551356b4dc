import { type ComponentType, type ReactNode, Suspense, useCallback } from 'react';
import { FollowedCar } from '../../map/follow.tsx';
import type { GroundProps } from '../../map/ground.tsx';
import { Route } from '../../map/route.tsx';
import { Stop } from '../../map/stop.tsx';
import { TripMap } from '../../map/trip-map.tsx';
import type { FollowedTrip } from '../../trips/followed-trip.ts';
import type { SiteConfig } from '../../trips/site-config.ts';
import type { TripFacts } from '../../trips/trip-facts.ts';
import { useWords } from '../../words/index.ts';
import { TruthChip } from './truth-chip.tsx';

export interface RideMapProps {
  facts: TripFacts;
  followed: FollowedTrip;
  config: Promise<SiteConfig>;
  /** What lies under it, now or when it has been loaded: the car doesn't wait for its streets. */
  Ground: ComponentType<GroundProps>;
  /** What else is on the map. */
  children?: ReactNode;
}

/** The map of a ride that is under way, or that is still looked for, with how true it is. */
export function RideMap({ facts, followed, config, Ground, children }: RideMapProps) {
  const words = useWords();
  const poseAt = useCallback((nowMs: number) => followed.poseAt(nowMs), [followed]);
  const accuracyOf = useCallback(() => followed.accuracyMetres, [followed]);
  const { trip } = facts;
  const isRiding = trip?.status === 'ENROUTE_TO_DROPOFF';
  const { route } = followed;
  return (
    <TripMap label={words.mapLabel}>
      <Suspense>
        <Ground config={config} route={route} />
      </Suspense>
      {trip && (
        <>
          {route && <Route route={route} poseAt={poseAt} />}
          <Stop kind="pickup" place={trip.pickup} label={words.pickup} isPast={isRiding} route={route} />
          <Stop kind="dropoff" place={trip.dropoff} label={words.dropoff} isPast={false} route={route} />
          <FollowedCar
            poseAt={poseAt}
            accuracyOf={accuracyOf}
            colour={trip.vehicle?.colour}
            next={isRiding ? trip.dropoff : trip.pickup}
            other={isRiding ? trip.pickup : trip.dropoff}
          />
        </>
      )}
      <TruthChip facts={facts} />
      {children}
    </TripMap>
  );
}
