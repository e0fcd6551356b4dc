import { useEffect, useState } from 'react';
import type { FleetCalls } from '../../fleet/fleet-calls.ts';
import { useFleetWords } from '../../fleet/words/index.ts';

const FAULTS = ['tunnel', 'jump', 'noise', 'freeze', 'stop', 'dead'] as const;
/** So long the simulator keeps it up, ms. */
const LASTS_MS = 60_000;

type Fault = (typeof FAULTS)[number];

/** Has a simulated vehicle's phone fail, to see what becomes of it. */
export function SimulatorFaults({ id, calls }: { id: string; calls: FleetCalls }) {
  const words = useFleetWords();
  const [endsAt, setEndsAt] = useState<Partial<Record<Fault, number>>>({});
  const [refusal, setRefusal] = useState('');
  const now = useNow(Object.keys(endsAt).length > 0);

  function inject(fault: Fault): void {
    calls.injectFault(id, fault).then(
      () => {
        setEndsAt((before) => ({ ...before, [fault]: Date.now() + LASTS_MS }));
        setRefusal('');
      },
      (error: Error) => setRefusal(error.message),
    );
  }

  const suffered = FAULTS.filter((fault) => (endsAt[fault] ?? 0) > now);
  return (
    <section className="simulator-faults">
      <h2>{words.vehicle.fault}</h2>
      <p className="hint">{words.vehicle.faultHint}</p>
      <div className="fault-buttons">
        {FAULTS.map((fault) => (
          <button
            key={fault}
            type="button"
            className={`fault-button ${suffered.includes(fault) ? 'is-suffered' : ''}`}
            onClick={() => inject(fault)}
          >
            {words.vehicle.faults[fault]}
            {suffered.includes(fault) && <small>{words.seconds(endsAt[fault]! - now)}</small>}
          </button>
        ))}
      </div>
      <p className="visually-hidden" role="status">
        {suffered.map((fault) => words.vehicle.faults[fault]).join(', ')}
      </p>
      {refusal && (
        <p className="fault" role="alert">
          {refusal}
        </p>
      )}
    </section>
  );
}

/** This device's time, anew each second while it goes by. */
function useNow(goesBy: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(
    function tick() {
      if (!goesBy) return;
      setNow(Date.now());
      const timer = setInterval(() => setNow(Date.now()), 1_000);
      return function stop() {
        clearInterval(timer);
      };
    },
    [goesBy],
  );
  return now;
}
