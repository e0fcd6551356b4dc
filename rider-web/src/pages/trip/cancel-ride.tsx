import type { Trip } from '@tripcast/client';
import { useState } from 'react';
import type { TripCalls } from '../../trips/trip-calls.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useWords } from '../../words/index.ts';

/** A rider may change its mind until it sits in the car. */
const CANCELABLE: ReadonlySet<string> = new Set(['NEW', 'ENROUTE_TO_PICKUP', 'ARRIVED_AT_PICKUP']);

/** The button that cancels a ride, while it may be. */
export function CancelRide({ trip, calls }: { trip: Trip; calls: TripCalls }) {
  const words = useWords();
  const [isAsking, setAsking] = useState(false);
  if (!CANCELABLE.has(trip.status)) return null;
  return (
    <>
      <button type="button" className="quiet-action" onClick={() => setAsking(true)}>
        {words.cancel.action}
      </button>
      {isAsking && <CancelDialog calls={calls} onClose={() => setAsking(false)} />}
    </>
  );
}

interface CancelDialogProps {
  calls: TripCalls;
  onClose: () => void;
}

/** Asks once more, then cancels. */
function CancelDialog({ calls, onClose }: CancelDialogProps) {
  const words = useWords();
  const [state, setState] = useState<'asking' | 'working' | 'too late' | 'failed'>('asking');

  async function cancel() {
    setState('working');
    const answer = await calls.cancel();
    if (answer.ok) return onClose();
    const isTooLate = ['invalid_transition', 'trip_ended'].includes(answer.problem.code);
    setState(isTooLate ? 'too late' : 'failed');
  }

  return (
    <Dialog title={words.cancel.title} onClose={onClose}>
      <p>{words.cancel.text}</p>
      <p role="alert" className="fault">
        {state === 'too late' && words.cancel.tooLate}
        {state === 'failed' && words.cancel.failed}
      </p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {words.cancel.keep}
        </button>
        <button
          type="button"
          className="button button-danger"
          disabled={state === 'working' || state === 'too late'}
          onClick={cancel}
        >
          {state === 'working' ? words.cancel.working : words.cancel.confirm}
        </button>
      </div>
    </Dialog>
  );
}
