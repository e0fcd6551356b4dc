import { decodePolyline } from '@tripcast/protocol';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import type { DriveFacts, PhoneDrive } from '../../drive/phone-drive.ts';
import { useDriveWords } from '../../drive/words/index.ts';
import { routeArc } from '../../glide/index.ts';
import { PhonePlace } from '../../map/phone-place.tsx';
import { PlannedTrip } from '../../map/planned-trip.tsx';
import { TripMap } from '../../map/trip-map.tsx';
import type { SiteConfig } from '../../trips/site-config.ts';
import type { TripCalls } from '../../trips/trip-calls.ts';
import { LanguageSwitch } from '../../ui/language-switch.tsx';
import { Logo } from '../../ui/logo.tsx';
import { DriveState } from './drive-state.tsx';
import { DrivenTrip } from './driven-trip.tsx';
import { SentFigures } from './sent-figures.tsx';

const Ground = lazy(() => import('../../map/ground.tsx').then((map) => ({ default: map.Ground })));

export interface DriveScreenProps {
  vehicleId: string;
  facts: DriveFacts;
  phone: PhoneDrive;
  callsFor: (tripId: string) => TripCalls;
  config: Promise<SiteConfig>;
  onStop: () => void;
}

/** A drive under way: the map, how true what riders see is, the rides, and what was sent. */
export function DriveScreen({ vehicleId, facts, phone, callsFor, config, onStop }: DriveScreenProps) {
  const words = useDriveWords();
  const { trips, position, away } = facts;
  const [first] = trips;
  const way = useMemo(() => routeArc((first?.route && decodePolyline(first.route)) || []), [first?.route]);
  const fix = position.kind === 'known' ? position.fix : undefined;

  useEffect(
    function nameTab() {
      document.title = `${vehicleId} · ${words.title}`;
    },
    [vehicleId, words],
  );

  return (
    <div className="trip-page drive-page">
      <TripMap label={words.mapLabel}>
        <Suspense>
          <Ground config={config} route={way} />
        </Suspense>
        {first && <PlannedTrip trip={first} />}
        <PhonePlace fix={fix} />
        <DriveState facts={facts} />
      </TripMap>
      <main className="panel">
        <header className="panel-head">
          <Logo />
          <span className="driven-vehicle">{vehicleId}</span>
          <LanguageSwitch />
        </header>
        <h1 className="visually-hidden">{words.title}</h1>
        {away && (
          <div className="drive-note drive-note-warn" role="alert" data-testid="away">
            <p>{words.away(away.fromMs, away.toMs)}</p>
            <button type="button" className="button button-small" onClick={() => phone.forgetAway()}>
              {words.awayClose}
            </button>
          </div>
        )}
        <div className="driven-trips" aria-live="polite">
          {trips.length === 0 && (
            <p className="no-rides">
              {facts.connection === 'live' ? words.trips.none : words.trips.noneOffline}
            </p>
          )}
          {trips.map((trip) => (
            <DrivenTrip
              key={trip.id}
              trip={trip}
              calls={callsFor(trip.id)}
              onChanged={(now) => phone.see(now)}
            />
          ))}
        </div>
        <SentFigures facts={facts} />
        <footer className="drive-foot">
          {!facts.isStored && <p className="drive-note drive-note-warn">{words.notStored}</p>}
          <p className={facts.screen === 'on' ? 'hint' : 'drive-note drive-note-warn'} data-testid="screen">
            {words.screen[facts.screen]}
          </p>
          <button type="button" className="quiet-action" onClick={onStop}>
            {words.stop}
          </button>
        </footer>
      </main>
    </div>
  );
}
