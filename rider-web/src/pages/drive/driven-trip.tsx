import type { Trip, TripStatus } from '@tripcast/client';
import { useState } from 'react';
import { nextStatus } from '../../drive/trip-steps.ts';
import { type DriveWords, useDriveWords } from '../../drive/words/index.ts';
import type { TripCalls } from '../../trips/trip-calls.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useWords } from '../../words/index.ts';

export interface DrivenTripProps {
  trip: Trip;
  calls: TripCalls;
  /** The trip as the node has it now. */
  onChanged: (trip: Trip) => void;
}

/** One ride of this vehicle: where from and to, and the step that comes next. */
export function DrivenTrip({ trip, calls, onChanged }: DrivenTripProps) {
  const words = useDriveWords();
  const { pickup, dropoff } = useWords();
  const [isWorking, setWorking] = useState(false);
  const [fault, setFault] = useState('');
  const [asked, setAsked] = useState<'finish' | 'cancel'>();
  const next = nextStatus(trip.status);

  async function become(status: TripStatus): Promise<void> {
    setAsked(undefined);
    setWorking(true);
    setFault('');
    const answer = await calls.become(status, trip.version);
    setWorking(false);
    if (answer.ok) onChanged(answer.value);
    else setFault(words.refusal[answer.problem.code] ?? words.unavailable);
  }

  return (
    <article className="driven-trip" data-testid="driven-trip" data-status={trip.status}>
      <h2 className={trip.status === 'NEW' ? 'driven-offer' : undefined}>
        {words.trips.status[trip.status] ?? words.trips.unknownStatus}
      </h2>
      <dl className="places">
        {(
          [
            ['pickup', pickup],
            ['dropoff', dropoff],
          ] as const
        ).map(([kind, label]) => (
          <div key={kind} className={`place place-${kind}`}>
            <dt>{label}</dt>
            <dd>
              {trip[kind].name ?? `${trip[kind].latitude.toFixed(4)}, ${trip[kind].longitude.toFixed(4)}`}
            </dd>
          </div>
        ))}
      </dl>
      <p className="fault" role="alert">
        {fault}
      </p>
      {next && (
        <button
          type="button"
          className="button button-first drive-step"
          disabled={isWorking}
          onClick={() => (next === 'COMPLETE' ? setAsked('finish') : become(next))}
        >
          {isWorking ? words.trips.working : words.trips.step[next]}
        </button>
      )}
      <button type="button" className="quiet-action" disabled={isWorking} onClick={() => setAsked('cancel')}>
        {words.trips.cancel.action}
      </button>
      {asked && (
        <Sure
          words={words.trips[asked]}
          onNo={() => setAsked(undefined)}
          onYes={() => become(asked === 'finish' ? 'COMPLETE' : 'CANCELED')}
        />
      )}
    </article>
  );
}

interface SureProps {
  words: DriveWords['trips']['finish' | 'cancel'];
  onYes: () => void;
  onNo: () => void;
}

/** What ends a ride is asked once more: a thumb slips on a bumpy street. */
function Sure({ words, onYes, onNo }: SureProps) {
  return (
    <Dialog title={words.title} onClose={onNo}>
      <p>{words.text}</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onNo}>
          {words.no}
        </button>
        <button type="button" className="button button-first" onClick={onYes}>
          {words.yes}
        </button>
      </div>
    </Dialog>
  );
}
