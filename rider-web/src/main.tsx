// Wires the page: which screen the address asks for, with the node's configuration.

import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { keepShell } from './device/offline-shell.ts';
import { pageStorage } from './device/page-storage.ts';
import { TripPage } from './pages/trip/trip-page.tsx';
import { readSiteConfig, type SiteConfig } from './trips/site-config.ts';
import { takeToken, tripIdOf } from './trips/trip-token.ts';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { Message } from './ui/message.tsx';
import { useWords, WordsProvider } from './words/index.ts';
import './styles/index.css';

/** A rider's page doesn't carry it. */
const DemoPage = lazy(() => import('./pages/demo-page.tsx').then((page) => ({ default: page.DemoPage })));
const FleetPage = lazy(() =>
  import('./pages/fleet/fleet-page.tsx').then((page) => ({ default: page.FleetPage })),
);
const DrivePage = lazy(() =>
  import('./pages/drive/drive-page.tsx').then((page) => ({ default: page.DrivePage })),
);

function Screen() {
  const words = useWords();
  if (location.pathname === '/') return <DemoPage config={config} />;
  if (location.pathname === '/fleet') return <FleetPage config={config} />;
  if (location.pathname === '/drive') return <DrivePage config={config} />;
  if (!tripId) return <Message {...words.noTrip} />;
  return token ? <TripPage tripId={tripId} token={token} config={config} /> : <Message {...words.noLink} />;
}

function Broken() {
  const words = useWords();
  return (
    <Message title={words.broken.title} text={words.broken.text}>
      <button type="button" className="button button-first" onClick={() => location.reload()}>
        {words.broken.reload}
      </button>
    </Message>
  );
}

const config: Promise<SiteConfig> = readSiteConfig(location.origin, fetch);
const tripId = tripIdOf(location);
const token =
  tripId &&
  takeToken(
    tripId,
    location,
    history,
    pageStorage(() => sessionStorage),
  );
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <WordsProvider>
      <ErrorBoundary instead={<Broken />}>
        <Suspense>
          <Screen />
        </Suspense>
      </ErrorBoundary>
    </WordsProvider>
  </StrictMode>,
);
// Another link to the same ride changes the fragment alone, which loads nothing by itself.
window.addEventListener('hashchange', () => location.reload());
keepShell();
