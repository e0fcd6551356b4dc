import type { Coordinates } from '@tripcast/client';
import type { FleetFacts, FleetStore } from '../../fleet/fleet-store.ts';
import { PROBLEMS, type VehicleProblem } from '../../fleet/problems.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { useWords } from '../../words/index.ts';

export interface ProblemListProps {
  store: FleetStore;
  facts: FleetFacts;
  onSelect: (id: string, place?: Coordinates) => void;
}

const MOST_SHOWN = 40;

/** What may be wrong with vehicles in view, the oldest first. */
export function ProblemList({ store, facts, onSelect }: ProblemListProps) {
  const words = useFleetWords();
  const amount = useAmount();
  const { filter, troubled, byProblem } = facts;
  if (facts.isFar) return null;
  return (
    <>
      <p className="problem-counts">
        {PROBLEMS.filter((kind) => byProblem[kind] > 0).map((kind) => (
          <span key={kind}>
            {words.problems[kind]} <strong>{byProblem[kind]}</strong>
          </span>
        ))}
      </p>
      {troubled.length === 0 && <p className="hint">{words.noProblems}</p>}
      {(troubled.length > 0 || filter.problemsOnly) && (
        <label className="check">
          <input
            type="checkbox"
            checked={filter.problemsOnly}
            onChange={() => store.filter({ ...filter, problemsOnly: !filter.problemsOnly })}
          />
          {words.problemsOnly}
        </label>
      )}
      <ul className="result-list">
        {troubled.slice(0, MOST_SHOWN).map(({ car, problem }) => (
          <li key={`${car.about.id} ${problem.kind}`}>
            <button type="button" onClick={() => onSelect(car.about.id, car.fix)}>
              <strong>{car.about.trip?.plate ?? car.about.id}</strong>
              <span>
                {words.problems[problem.kind]} {amount(problem)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** How much of a problem, in words. */
export function useAmount(): (problem: VehicleProblem) => string {
  const words = useFleetWords();
  const { distance } = useWords();
  return ({ kind, amount }) => {
    switch (kind) {
      case 'gap':
      case 'stuck':
        return words.amount.silentFor(words.seconds(amount));
      case 'jump':
      case 'offRoute':
        return words.amount.by(distance(amount));
      case 'late':
        return words.amount.lateBy(words.seconds(amount));
      default:
        return kind satisfies never;
    }
  };
}
