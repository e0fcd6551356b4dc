import type { Coordinates } from '@tripcast/client';
import { useState } from 'react';
import { type FleetFacts, type FleetFilter, type FleetStore, WHOLE_FLEET } from '../../fleet/fleet-store.ts';
import { FRESHNESSES, VEHICLE_STATES } from '../../fleet/vehicle-state.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { LanguageSwitch } from '../../ui/language-switch.tsx';
import { Logo } from '../../ui/logo.tsx';
import { NodeList } from './node-list.tsx';
import { ProblemList } from './problem-list.tsx';
import { Search } from './search.tsx';

export interface FleetPanelProps {
  store: FleetStore;
  facts: FleetFacts;
  onSelect: (id: string, place?: Coordinates) => void;
}

/** Everything about all vehicles in view. */
export function FleetPanel({ store, facts, onSelect }: FleetPanelProps) {
  const words = useFleetWords();
  const [tab, setTab] = useState<'problems' | 'nodes'>('problems');
  const problems = facts.troubled.length;
  return (
    <main className="panel fleet-panel" data-testid="fleet-panel">
      <header className="fleet-head">
        <Logo />
        <ConnectionChip facts={facts} />
        <LanguageSwitch />
      </header>
      <h1 className="visually-hidden">{words.title}</h1>
      <Counters facts={facts} />
      <Search store={store} found={facts.found} onSelect={onSelect} />
      {!facts.isFar && <Filters facts={facts} onFilter={(filter) => store.filter(filter)} />}
      <div className="tabs" role="tablist">
        {(['problems', 'nodes'] as const).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls="tab-panel"
            onClick={() => setTab(name)}
          >
            {words.tabs[name]}
            <span className="tab-count">{name === 'problems' ? problems : facts.nodes.length}</span>
          </button>
        ))}
      </div>
      <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`}>
        {tab === 'problems' ? (
          <ProblemList store={store} facts={facts} onSelect={onSelect} />
        ) : (
          <NodeList facts={facts} />
        )}
      </div>
    </main>
  );
}

function ConnectionChip({ facts: { connection, isServed } }: { facts: FleetFacts }) {
  const words = useFleetWords().connection;
  const isWell = connection === 'live' && isServed;
  const text = connection === 'live' ? (isServed ? words.live : words.notServed) : words[asWord(connection)];
  return (
    <span className={`fleet-chip ${isWell ? 'is-live' : 'is-off'}`} role="status">
      {text}
    </span>
  );
}

function asWord(connection: FleetFacts['connection']): 'connecting' | 'reconnecting' {
  return connection === 'connecting' ? 'connecting' : 'reconnecting';
}

function Counters({ facts }: { facts: FleetFacts }) {
  const words = useFleetWords().counts;
  const { riding, toPickup, waiting, assigned } = facts.byState;
  const counters = [
    ['online', facts.online],
    ['inView', facts.inView],
    ['onTrip', facts.isFar ? undefined : riding + toPickup + waiting + assigned],
  ] as const;
  return (
    <dl className="counters">
      {counters.map(([name, count]) => (
        <div key={name} data-testid={`count-${name}`}>
          <dd>{count === undefined ? '–' : count.toLocaleString()}</dd>
          <dt>{words[name]}</dt>
        </div>
      ))}
    </dl>
  );
}

function Filters({ facts, onFilter }: { facts: FleetFacts; onFilter: (filter: FleetFilter) => void }) {
  const words = useFleetWords();
  const { filter } = facts;
  return (
    <div className="filters">
      <fieldset>
        <legend className="visually-hidden">{words.stateFilter}</legend>
        {VEHICLE_STATES.map((state) => (
          <FilterChip
            key={state}
            name={words.states[state]}
            mark={`mark-${state}`}
            count={facts.byState[state]}
            isOn={filter.states.has(state)}
            onToggle={() => onFilter({ ...filter, states: toggled(filter.states, state) })}
          />
        ))}
      </fieldset>
      <fieldset>
        <legend className="visually-hidden">{words.freshnessFilter}</legend>
        {FRESHNESSES.map((freshness) => (
          <FilterChip
            key={freshness}
            name={words.freshness[freshness]}
            mark={`mark-${freshness}`}
            count={facts.byFreshness[freshness]}
            isOn={filter.freshnesses.has(freshness)}
            onToggle={() => onFilter({ ...filter, freshnesses: toggled(filter.freshnesses, freshness) })}
          />
        ))}
      </fieldset>
      {filter !== WHOLE_FLEET && (
        <button type="button" className="link-button" onClick={() => onFilter(WHOLE_FLEET)}>
          {words.shown(facts.shown, sum(facts.byState))}
        </button>
      )}
    </div>
  );
}

interface FilterChipProps {
  name: string;
  mark: string;
  count: number;
  isOn: boolean;
  onToggle: () => void;
}

function FilterChip({ name, mark, count, isOn, onToggle }: FilterChipProps) {
  return (
    <button type="button" className="filter-chip" aria-pressed={isOn} onClick={onToggle}>
      <span className={`mark ${mark}`} aria-hidden="true" />
      {name}
      <span className="filter-count">{count.toLocaleString()}</span>
    </button>
  );
}

function toggled<Item>(set: ReadonlySet<Item>, item: Item): ReadonlySet<Item> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
