import type { FleetFacts, FleetStore } from '../../fleet/fleet-store.ts';
import { PROBLEMS, type VehicleProblem } from '../../fleet/problems.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { useWords } from '../../words/index.ts';
import { FilterChip, toggled } from './filter-chip.tsx';
import type { Select } from './fleet-screen.tsx';

export interface ProblemListProps {
  store: FleetStore;
  facts: FleetFacts;
  onSelect: Select;
}

const MOST_SHOWN = 40;

/** What may be wrong with vehicles in view, the oldest first. */
export function ProblemList({ store, facts, onSelect }: ProblemListProps) {
  const words = useFleetWords();
  const amount = useAmount();
  const { filter, troubled, troubles, byProblem } = facts;
  if (facts.isFar) return <p className="hint">{words.tooFar}</p>;
  const hasAny = PROBLEMS.some((kind) => byProblem[kind] > 0);
  const isFiltered = filter.problemsOnly || filter.problems.size < PROBLEMS.length;
  if (!hasAny && !isFiltered) return <p className="hint">{words.noProblems}</p>;
  return (
    <>
      <div className="filters">
        <fieldset>
          <legend className="visually-hidden">{words.problemFilter}</legend>
          {PROBLEMS.filter((kind) => byProblem[kind] > 0 || !filter.problems.has(kind)).map((kind) => (
            <FilterChip
              key={kind}
              name={words.problems[kind]}
              count={byProblem[kind]}
              isOn={filter.problems.has(kind)}
              onToggle={() => store.filter({ ...filter, problems: toggled(filter.problems, kind) })}
            />
          ))}
        </fieldset>
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={filter.problemsOnly}
          onChange={() => store.filter({ ...filter, problemsOnly: !filter.problemsOnly })}
        />
        {words.problemsOnly}
      </label>
      {troubles === 0 && <p className="hint">{words.noSuchProblems}</p>}
      <ul className="result-list" data-testid="problems">
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
      {troubles > MOST_SHOWN && <p className="hint">{words.moreOf(troubles - MOST_SHOWN)}</p>}
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
