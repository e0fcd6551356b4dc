import type { Trip } from '@tripcast/client';
import { lazy, Suspense, useEffect, useState } from 'react';
import { saveFile } from '../../device/save-file.ts';
import { Stop } from '../../map/stop.tsx';
import { TrackLine } from '../../map/track-line.tsx';
import { TripMap } from '../../map/trip-map.tsx';
import { type RiddenTrack, riddenTrack } from '../../trips/ridden-track.ts';
import type { TripCalls } from '../../trips/trip-calls.ts';
import { Icon } from '../../ui/icon.tsx';
import { LanguageSwitch } from '../../ui/language-switch.tsx';
import { Logo } from '../../ui/logo.tsx';
import { Message } from '../../ui/message.tsx';
import { useWords } from '../../words/index.ts';
import { Places } from './places.tsx';
import type { ShownTripProps } from './trip-page.tsx';
import { VehicleCard } from './vehicle-card.tsx';

const Ground = lazy(() => import('../../map/ground.tsx').then((map) => ({ default: map.Ground })));

/** `undefined` while it is read; `null` when there is none to be seen. */
type ReadTrack = RiddenTrack | null | undefined;

/** A ride that is over, as its rider looks back on it. To a guest nothing of it is left to show. */
export function SummaryPage({ trip, access, calls, config }: ShownTripProps & { trip: Trip }) {
  const words = useWords();
  const track = useTrack(calls, access.isShared);
  const reader = access.isShared ? 'guest' : 'rider';
  if (access.isShared) {
    return (
      <Message title={words.status(trip.status, reader)} text={words.farewell('sharedEnded').text}>
        <p className="visually-hidden" role="status" data-testid="announcement">
          {words.status(trip.status, reader)}
        </p>
      </Message>
    );
  }
  return (
    <div className="trip-page">
      <TripMap label={words.mapLabel}>
        <Suspense>
          <Ground config={config} />
        </Suspense>
        {track !== undefined && (
          <TrackLine places={track?.places ?? []} stops={[trip.pickup, trip.dropoff]} />
        )}
        <Stop kind="pickup" place={trip.pickup} label={words.pickup} isPast={false} />
        <Stop kind="dropoff" place={trip.dropoff} label={words.dropoff} isPast={false} />
      </TripMap>
      <main className="panel">
        <header className="panel-head panel-head-kept">
          <a href="/" aria-label={`Tripcast: ${words.allTrips}`}>
            <Logo />
          </a>
          <LanguageSwitch />
        </header>
        <section className="headline">
          <h1 data-testid="status" role="status">
            {words.status(trip.status)}
          </h1>
          {trip.status === 'CANCELED' && <p>{words.summary.canceledText}</p>}
        </section>
        {track === undefined && <p className="hint">{words.summary.loading}</p>}
        {track === null && <p className="hint">{words.summary.noTrack}</p>}
        {track && <Figures track={track} trip={trip} />}
        {track && <SaveTrack calls={calls} trip={trip} />}
        <VehicleCard trip={trip} />
        <Places trip={trip} />
      </main>
    </div>
  );
}

function useTrack(calls: TripCalls, isShared: boolean): ReadTrack {
  const [track, setTrack] = useState<ReadTrack>();
  useEffect(
    function readTrack() {
      let isShown = true;
      if (isShared) return undefined;
      void calls.track().then((answer) => {
        if (isShown) setTrack((answer.ok && riddenTrack(answer.value)) || null);
      });
      return function leave() {
        isShown = false;
      };
    },
    [calls, isShared],
  );
  return track;
}

function Figures({ track, trip }: { track: RiddenTrack; trip: Trip }) {
  const words = useWords();
  const fromMs = trip.startedAt ?? track.fromMs;
  const toMs = trip.endedAt ?? track.toMs;
  return (
    <dl className="figures" data-testid="figures">
      <div>
        <dt>{words.summary.distance}</dt>
        <dd>{words.distance(track.metres)}</dd>
      </div>
      <div>
        <dt>{words.summary.duration}</dt>
        <dd>{words.duration(toMs - fromMs)}</dd>
      </div>
      <div>
        <dt>{words.summary.from}</dt>
        <dd>{words.clockTime(fromMs)}</dd>
      </div>
      <div>
        <dt>{words.summary.to}</dt>
        <dd>{words.clockTime(toMs)}</dd>
      </div>
    </dl>
  );
}

function SaveTrack({ calls, trip }: { calls: TripCalls; trip: Trip }) {
  const words = useWords();
  const [state, setState] = useState<'ready' | 'working' | 'failed'>('ready');

  async function save() {
    setState('working');
    const answer = await calls.gpx();
    if (answer.ok) saveFile(answer.value, `tripcast-${trip.id}.gpx`);
    setState(answer.ok ? 'ready' : 'failed');
  }

  return (
    <>
      <button type="button" className="action" disabled={state === 'working'} onClick={save}>
        <Icon name="download" />
        {state === 'working' ? words.summary.saving : words.summary.gpx}
      </button>
      <p role="alert" className="fault">
        {state === 'failed' && words.summary.failed}
      </p>
    </>
  );
}
