import { useState } from 'react';
import type { NewTrip } from '../../fleet/fleet-calls.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import type { Picking } from './fleet-screen.tsx';
import type { VehiclePanelProps } from './vehicle-panel.tsx';

/** Two clicks on the map make a trip for a vehicle. */
export function NewTripSteps({
  id,
  calls,
  picking,
  onPicking,
}: Pick<VehiclePanelProps, 'id' | 'calls' | 'onPicking'> & { picking: Picking }) {
  const words = useFleetWords().vehicle;
  const [made, setMade] = useState<NewTrip>();
  const [fault, setFault] = useState('');
  const { pickup, dropoff } = picking;

  async function create(): Promise<void> {
    if (!pickup || !dropoff) return;
    try {
      setMade(await calls.createTrip(id, pickup, dropoff));
    } catch (error) {
      setFault((error as Error).message);
    }
  }

  if (made) {
    return (
      <div className="card notice" role="status">
        <p>{words.created}</p>
        {made.followUrl && (
          <a className="quiet-link" href={made.followUrl} target="_blank" rel="noreferrer">
            {words.openRider}
          </a>
        )}
        <button type="button" className="button" onClick={() => onPicking(undefined)}>
          OK
        </button>
      </div>
    );
  }
  return (
    <div className="card notice">
      <p role="status">{!pickup ? words.pickPickup : !dropoff ? words.pickDropoff : words.newTrip}</p>
      <p className="fault" role="alert">
        {fault}
      </p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => onPicking(undefined)}>
          {words.giveUp}
        </button>
        {dropoff && (
          <button type="button" className="button button-first" onClick={() => void create()}>
            {words.create}
          </button>
        )}
      </div>
    </div>
  );
}
