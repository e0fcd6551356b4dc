import { useState } from 'react';
import type { FleetCalls } from '../../fleet/fleet-calls.ts';
import { useFleetWords } from '../../fleet/words/index.ts';

const FAULTS = ['tunnel', 'jump', 'noise', 'freeze', 'stop', 'dead'] as const;

/** Has a simulated vehicle's phone fail, to see what becomes of it. */
export function SimulatorFaults({ id, calls }: { id: string; calls: FleetCalls }) {
  const words = useFleetWords().vehicle;
  const [told, setTold] = useState('');
  return (
    <section className="simulator-faults">
      <h2>{words.fault}</h2>
      <p className="hint">{words.faultHint}</p>
      <div className="fault-buttons">
        {FAULTS.map((fault) => (
          <button
            key={fault}
            type="button"
            className="filter-chip"
            onClick={() =>
              calls.injectFault(id, fault).then(
                () => setTold(`${words.faults[fault]}: ${words.injected}`),
                (error: Error) => setTold(error.message),
              )
            }
          >
            {words.faults[fault]}
          </button>
        ))}
      </div>
      <p className="hint" role="status">
        {told}
      </p>
    </section>
  );
}
