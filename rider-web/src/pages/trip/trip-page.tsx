import { hasEnded, type TripId } from '@tripcast/protocol';
import { lazy, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { farewellOf } from '../../trips/farewell.ts';
import { FollowedTrip } from '../../trips/followed-trip.ts';
import type { SiteConfig } from '../../trips/site-config.ts';
import { accessOf, type TripAccess } from '../../trips/trip-access.ts';
import { TripCalls } from '../../trips/trip-calls.ts';
import { Message } from '../../ui/message.tsx';
import { useWords } from '../../words/index.ts';
import { RidePage } from './ride-page.tsx';

/** Loaded when a ride is over: a ride under way doesn't carry it. */
const SummaryPage = lazy(() => import('./summary-page.tsx').then((page) => ({ default: page.SummaryPage })));

export interface TripPageProps {
  tripId: TripId;
  token: string;
  config: Promise<SiteConfig>;
}

/** A ride, to its rider or to whom it was shared with: under way, over, or why it isn't shown. */
export function TripPage({ tripId, token, config }: TripPageProps) {
  const access = useMemo(() => accessOf(token, tripId), [token, tripId]);
  const calls = useMemo(
    () => new TripCalls(location.origin, tripId, token, (input, init) => fetch(input, init)),
    [token, tripId],
  );
  const followed = useFollowedTrip(tripId, token, config);
  return followed ? <Shown followed={followed} access={access} calls={calls} config={config} /> : null;
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
          import('../../trips/city-streets.ts'),
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

export interface ShownTripProps {
  followed: FollowedTrip;
  access: TripAccess;
  calls: TripCalls;
  config: Promise<SiteConfig>;
}

function Shown(props: ShownTripProps) {
  const { followed, access } = props;
  const words = useWords();
  const facts = useSyncExternalStore(followed.subscribe, followed.facts);
  const { trip, truth, clockOffsetMs } = facts;

  useEffect(
    function nameTab() {
      document.title = trip ? `${words.shortStatus(trip.status)} · ${words.title}` : words.title;
    },
    [trip, words],
  );

  if (trip && hasEnded(trip.status)) {
    return (
      <Suspense>
        <SummaryPage trip={trip} {...props} />
      </Suspense>
    );
  }
  if (truth.kind === 'refused' || truth.kind === 'ended') {
    const why =
      truth.kind === 'refused'
        ? farewellOf(truth.problem, access, Date.now() + clockOffsetMs)
        : access.isShared
          ? 'sharedEnded'
          : 'ended';
    return (
      <Message {...words.farewell(why)}>
        {why === 'busy' && (
          <button type="button" className="button button-first" onClick={() => location.reload()}>
            {words.broken.reload}
          </button>
        )}
      </Message>
    );
  }
  return <RidePage facts={facts} {...props} />;
}
