import { lazy, useEffect, useState } from 'react';
import { OwnPlace } from '../../device/own-place.ts';
import { Locate } from '../../map/locate.tsx';
import type { TripFacts } from '../../trips/trip-facts.ts';
import { RideMap } from './ride-map.tsx';
import { RidePanel } from './ride-panel.tsx';
import type { ShownTripProps } from './trip-page.tsx';

const Ground = lazy(() => import('../../map/ground.tsx').then((map) => ({ default: map.Ground })));

/** A ride that is under way, or that is still looked for. */
export function RidePage({ facts, followed, access, calls, config }: ShownTripProps & { facts: TripFacts }) {
  const [ownPlace] = useState(() => new OwnPlace(navigator.geolocation));
  useEffect(() => () => ownPlace.close(), [ownPlace]);

  return (
    <div className="trip-page">
      <RideMap facts={facts} followed={followed} config={config} Ground={Ground}>
        <Locate ownPlace={ownPlace} />
      </RideMap>
      <RidePanel facts={facts} access={access} calls={calls} />
    </div>
  );
}
