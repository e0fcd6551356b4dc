import type { Trip } from '@tripcast/client';
import { lazy, Suspense, useState } from 'react';
import type { TripAccess } from '../../trips/trip-access.ts';
import type { TripCalls } from '../../trips/trip-calls.ts';
import { Icon } from '../../ui/icon.tsx';
import { useWords } from '../../words/index.ts';
import { useArrivalAlert } from './use-arrival-alert.ts';

/** Loaded when it is opened. */
const ShareDialog = lazy(() =>
  import('./share-dialog.tsx').then((dialog) => ({ default: dialog.ShareDialog })),
);

export interface RideActionsProps {
  trip: Trip;
  access: TripAccess;
  calls: TripCalls;
}

const BEFORE_ARRIVAL: ReadonlySet<string> = new Set(['NEW', 'ENROUTE_TO_PICKUP']);

/** What can be done about the ride; a guest may be alerted, and nothing else. */
export function RideActions({ trip, access, calls }: RideActionsProps) {
  const words = useWords();
  const [isSharing, setSharing] = useState(false);
  const alert = useArrivalAlert(trip, access.isShared ? 'guest' : 'rider');
  const mayAlert = alert.isPossible && BEFORE_ARRIVAL.has(trip.status);
  return (
    <section className="actions">
      {alert.hasArrived && (
        <p className="arrival" role="alert">
          {access.isShared ? words.alert.guestTitle : words.alert.title}
        </p>
      )}
      <div className="action-row">
        {!access.isShared && (
          <button type="button" className="action" onClick={() => setSharing(true)}>
            <Icon name="share" />
            {words.share.action}
          </button>
        )}
        {mayAlert && (
          <button type="button" className="action" aria-pressed={alert.isOn} onClick={alert.toggle}>
            <Icon name={alert.isOn ? 'bellOn' : 'bell'} />
            {alert.isOn ? words.alert.off : words.alert.on}
          </button>
        )}
      </div>
      {mayAlert && alert.isBlocked && <p className="hint">{words.alert.blocked}</p>}
      {isSharing && (
        <Suspense>
          <ShareDialog calls={calls} onClose={() => setSharing(false)} />
        </Suspense>
      )}
    </section>
  );
}
