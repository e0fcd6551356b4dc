import { useEffect, useState } from 'react';
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
  const [isMaking, setMaking] = useState(false);
  const [fault, setFault] = useState('');
  const { pickup, dropoff } = picking;

  useEffect(
    function leaveByEscape() {
      const leave = ({ key }: KeyboardEvent) => key === 'Escape' && onPicking(undefined);
      window.addEventListener('keydown', leave);
      return function stayForEver() {
        window.removeEventListener('keydown', leave);
      };
    },
    [onPicking],
  );

  async function create(): Promise<void> {
    if (!pickup || !dropoff) return;
    setMaking(true);
    try {
      setMade(await calls.createTrip(id, pickup, dropoff));
    } catch (error) {
      setFault((error as Error).message);
    }
    setMaking(false);
  }

  if (made) {
    return (
      <section className="notice new-trip">
        <h2 role="status">{words.created}</h2>
        {made.followUrl && (
          <a className="quiet-link" href={made.followUrl} target="_blank" rel="noreferrer">
            {words.openRider}
          </a>
        )}
        <button type="button" className="button" onClick={() => onPicking(undefined)}>
          {words.done}
        </button>
      </section>
    );
  }
  return (
    <section className="notice new-trip">
      <h2>{words.newTrip}</h2>
      <p role="status">{!pickup ? words.pickPickup : !dropoff ? words.pickDropoff : words.pickAgain}</p>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {dropoff && (
        <button
          type="button"
          className="button button-first"
          disabled={isMaking}
          onClick={() => void create()}
        >
          {words.create}
        </button>
      )}
      <button type="button" className="button button-plain" onClick={() => onPicking(undefined)}>
        {words.giveUp}
      </button>
    </section>
  );
}
