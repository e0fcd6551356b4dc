import type { TripFacts } from '../../trips/trip-facts.ts';
import { useWords } from '../../words/index.ts';

/** How true what the map shows is: the connection, and the age of the newest position. */
export function TruthChip({ facts }: { facts: TripFacts }) {
  const words = useWords();
  const { truth, fixAgeSeconds } = facts;
  return (
    <p className={`truth truth-${truth.kind}`} data-testid="truth" data-kind={truth.kind}>
      <span className="truth-dot" aria-hidden="true" />
      {words.truth(truth, fixAgeSeconds)}
    </p>
  );
}
