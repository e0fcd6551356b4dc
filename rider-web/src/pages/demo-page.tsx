import { Suspense, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Car } from '../map/car.tsx';
import { CarSwatch } from '../map/car-swatch.tsx';
import { FitAll } from '../map/fit-all.tsx';
import { Ground } from '../map/ground.tsx';
import { TripMap } from '../map/trip-map.tsx';
import { type DemoTrip, DemoTrips } from '../trips/demo-trips.ts';
import type { SiteConfig } from '../trips/site-config.ts';
import { LanguageSwitch } from '../ui/language-switch.tsx';
import { Logo } from '../ui/logo.tsx';
import { Message } from '../ui/message.tsx';
import { useWords } from '../words/index.ts';

/** All rides of a node that is in demo mode. */
export function DemoPage({ config }: { config: Promise<SiteConfig> }) {
  const demoTrips = useDemoTrips();
  return demoTrips ? <DemoTripsPage demoTrips={demoTrips} config={config} /> : null;
}

function useDemoTrips(): DemoTrips | undefined {
  const [demoTrips, setDemoTrips] = useState<DemoTrips>();
  useEffect(function listTrips() {
    const listing = new DemoTrips(location.origin, {
      fetch: (input, init) => fetch(input, init),
      clock: {
        now: () => Date.now(),
        setTimeout: (callback, ms) => setTimeout(callback, ms),
        clearTimeout: (timer) => clearTimeout(timer as number),
      },
    });
    setDemoTrips(listing);
    return function leaveTrips() {
      listing.close();
      setDemoTrips(undefined);
    };
  }, []);
  return demoTrips;
}

const NO_TRIPS: readonly DemoTrip[] = [];

function DemoTripsPage({ demoTrips, config }: { demoTrips: DemoTrips; config: Promise<SiteConfig> }) {
  const words = useWords();
  const state = useSyncExternalStore(demoTrips.subscribe, demoTrips.state);
  const [highlighted, setHighlighted] = useState<string>();
  const trips = 'trips' in state ? state.trips : NO_TRIPS;
  const places = useMemo(() => trips.flatMap(({ trip }) => [trip.pickup, trip.dropoff]), [trips]);

  if (state.kind === 'notDemo') return <Message {...words.demo.notDemo} />;
  return (
    <div className="trip-page">
      <TripMap label={words.demo.mapLabel}>
        <Suspense>
          <Ground config={config} />
        </Suspense>
        <FitAll places={places} />
        {trips.map((demo) => (
          <DemoCar key={demo.trip.id} demo={demo} isHighlighted={highlighted === demo.trip.id} />
        ))}
      </TripMap>
      <main className="panel demo-panel">
        <header className="panel-head">
          <span className="panel-head">
            <Logo />
            <LanguageSwitch />
          </span>
          <h1>{words.demo.title}</h1>
          <p className="panel-subtitle">
            {state.kind === 'loading' && words.demo.loading}
            {state.kind === 'ready' && trips.length > 0 && words.demo.subtitle(trips.length)}
          </p>
        </header>
        {state.kind === 'unreachable' && <Notice {...words.demo.unreachable} />}
        {state.kind === 'ready' && trips.length === 0 && <Notice {...words.demo.empty} />}
        {state.kind === 'loading' && <Skeleton />}
        <ul className="trip-list">
          {trips.map((demo) => (
            <TripRow key={demo.trip.id} demo={demo} onHighlight={setHighlighted} />
          ))}
        </ul>
      </main>
    </div>
  );
}

function linkOf({ trip, riderToken }: DemoTrip): string {
  return `/trips/${trip.id}#${riderToken}`;
}

function DemoCar({ demo, isHighlighted }: { demo: DemoTrip; isHighlighted: boolean }) {
  const { followed, trip } = demo;
  const poseAt = useCallback((nowMs: number) => followed.poseAt(nowMs), [followed]);
  const link = linkOf(demo);
  const open = useCallback(() => location.assign(link), [link]);
  return (
    <Car
      poseAt={poseAt}
      colour={trip.vehicle?.colour}
      onSelect={open}
      isHighlighted={isHighlighted}
      isSmall
      testId="demo-car"
    />
  );
}

interface TripRowProps {
  demo: DemoTrip;
  onHighlight: (tripId: string | undefined) => void;
}

function TripRow({ demo, onHighlight }: TripRowProps) {
  const words = useWords();
  const { followed } = demo;
  const facts = useSyncExternalStore(followed.subscribe, followed.facts);
  const trip = facts.trip ?? demo.trip;
  const { make, model, plate, driverName, colour } = trip.vehicle ?? {};
  const next = trip.status === 'ENROUTE_TO_DROPOFF' ? trip.dropoff : trip.pickup;
  const highlight = () => onHighlight(trip.id);
  const unhighlight = () => onHighlight(undefined);
  return (
    <li>
      <a
        className="trip-row"
        data-testid="trip-link"
        href={linkOf(demo)}
        onPointerEnter={highlight}
        onPointerLeave={unhighlight}
        onFocus={highlight}
        onBlur={unhighlight}
      >
        <CarSwatch colour={colour} />
        <span className="trip-row-text">
          <span className="trip-row-title">{driverName ?? plate ?? trip.vehicleId}</span>
          <span className="trip-row-detail">
            {[[make, model].filter(Boolean).join(' '), next.name].filter(Boolean).join(' · ')}
          </span>
        </span>
        <span className="trip-row-state">
          <span className={`badge badge-${trip.status}`}>{words.shortStatus(trip.status)}</span>
          <span className={`trip-row-eta truth-${facts.truth.kind}`}>
            {facts.truth.kind === 'live' || facts.truth.kind === 'notStarted'
              ? facts.eta &&
                trip.status.startsWith('ENROUTE') &&
                (facts.eta.isOverdue ? words.etaOverdue : words.eta(facts.eta.shown))
              : words.truth(facts.truth, facts.fixAgeSeconds)}
          </span>
        </span>
      </a>
    </li>
  );
}

function Notice({ title, text, command }: { title: string; text: string; command?: string }) {
  return (
    <div className="card notice" role="status">
      <h2>{title}</h2>
      <p>{text}</p>
      {command && <code className="command">{command}</code>}
    </div>
  );
}

function Skeleton() {
  return (
    <div className="skeleton" aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  );
}
