import type { TripFacts } from '../trips/trip-facts.ts';
import { words } from '../words/index.ts';

/** How current is what one sees: the connection, and the age of the newest position. */
export function TruthLine({ facts }: { facts: TripFacts }) {
  const { truth, fixAgeSeconds, clockOffsetMs } = facts;
  return (
    <div className={`truth truth-${truth.kind}`}>
      <span className="truth-dot" aria-hidden="true" />
      <span data-testid="connection">{words.connection(truth, clockOffsetMs)}</span>
      {truth.kind !== 'ended' && (
        <span className="truth-age">
          <span className="visually-hidden">{words.ageLabel}: </span>
          <span data-testid="age">
            {fixAgeSeconds === undefined ? words.noPosition : words.age(fixAgeSeconds)}
          </span>
        </span>
      )}
    </div>
  );
}
