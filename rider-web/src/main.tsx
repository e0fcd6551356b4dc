// Wires the page: which screen the address asks for, with the node's configuration.

import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { ErrorBoundary } from './pages/error-boundary.tsx';
import { Message } from './pages/message.tsx';
import { TripPage } from './pages/trip-page.tsx';
import { readSiteConfig, type SiteConfig } from './trips/site-config.ts';
import { takeToken, tripIdOf } from './trips/trip-token.ts';
import { words } from './words/index.ts';
import './styles/index.css';

/** A rider's page doesn't carry it. */
const DemoPage = lazy(() => import('./pages/demo-page.tsx').then((page) => ({ default: page.DemoPage })));

function screen() {
  if (location.pathname === '/') return <DemoPage config={config} />;
  const tripId = tripIdOf(location);
  if (!tripId) return <Message {...words.noTrip} />;
  const token = takeToken(tripId, location, history, sessionStorage);
  return token ? <TripPage tripId={tripId} token={token} config={config} /> : <Message {...words.noLink} />;
}

const config: Promise<SiteConfig> = readSiteConfig(location.origin, fetch);
document.documentElement.lang = words.language;
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ErrorBoundary>
      <Suspense>{screen()}</Suspense>
    </ErrorBoundary>
  </StrictMode>,
);
