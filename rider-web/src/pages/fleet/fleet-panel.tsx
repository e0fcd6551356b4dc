import { type KeyboardEvent, useState } from 'react';
import type { FleetCalls } from '../../fleet/fleet-calls.ts';
import { type FleetFacts, type FleetFilter, type FleetStore, WHOLE_FLEET } from '../../fleet/fleet-store.ts';
import { FRESHNESSES, VEHICLE_STATES } from '../../fleet/vehicle-state.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { LanguageSwitch } from '../../ui/language-switch.tsx';
import { Logo } from '../../ui/logo.tsx';
import { SheetGrip } from '../trip/sheet-grip.tsx';
import { FilterChip, toggled } from './filter-chip.tsx';
import type { Select } from './fleet-screen.tsx';
import { NodeList } from './node-list.tsx';
import { ProblemList } from './problem-list.tsx';
import { Search } from './search.tsx';
import { VehicleList } from './vehicle-list.tsx';

export interface FleetPanelProps {
  store: FleetStore;
  calls: FleetCalls;
  facts: FleetFacts;
  isFolded: boolean;
  onFold: (isFolded: boolean) => void;
  onSelect: Select;
}

const TABS = ['problems', 'vehicles', 'nodes'] as const;
type Tab = (typeof TABS)[number];

/** Everything about all vehicles in view. */
export function FleetPanel({ store, calls, facts, isFolded, onFold, onSelect }: FleetPanelProps) {
  const words = useFleetWords();
  const [tab, setTab] = useState<Tab>('problems');
  const counts: Record<Tab, number | undefined> = {
    problems: facts.isFar ? undefined : sum(facts.byProblem),
    vehicles: facts.isFar ? undefined : facts.shown,
    nodes: facts.nodes.length,
  };
  return (
    <main className="panel fleet-panel" data-testid="fleet-panel" data-folded={isFolded}>
      <SheetGrip isFolded={isFolded} onFold={onFold} />
      <header className="fleet-head">
        <Logo />
        <ConnectionChip facts={facts} />
        <LanguageSwitch />
      </header>
      <h1 className="visually-hidden">{words.title}</h1>
      <Counters facts={facts} />
      <Search store={store} calls={calls} found={facts.found} onSelect={onSelect} />
      {!facts.isFar && <Filters facts={facts} onFilter={(filter) => store.filter(filter)} />}
      <div className="tabs" role="tablist" onKeyDown={(event) => changeTab(event, tab, setTab)}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls="tab-panel"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
          >
            {words.tabs[name]}
            <span className={`tab-count ${name === 'problems' && counts[name] ? 'is-off' : ''}`}>
              {counts[name]?.toLocaleString()}
            </span>
          </button>
        ))}
      </div>
      <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`}>
        {tab === 'problems' && <ProblemList store={store} facts={facts} onSelect={onSelect} />}
        {tab === 'vehicles' && <VehicleList store={store} facts={facts} onSelect={onSelect} />}
        {tab === 'nodes' && <NodeList facts={facts} />}
      </div>
    </main>
  );
}

/** By the arrow keys, as a list of tabs is. */
function changeTab(event: KeyboardEvent<HTMLElement>, tab: Tab, onTab: (tab: Tab) => void): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]!;
  onTab(next);
  document.getElementById(`tab-${next}`)?.focus();
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

function asWord(connection: FleetFacts['connection']): 'connecting' | 'offline' | 'reconnecting' | 'refused' {
  return connection === 'live' || connection === 'ended' ? 'reconnecting' : connection;
}

function Counters({ facts }: { facts: FleetFacts }) {
  const words = useFleetWords().counts;
  const counters = [
    ['online', facts.online],
    ['inView', facts.inView],
    ['onTrip', facts.onTrip],
  ] as const;
  return (
    <dl className="counters">
      {counters.map(([name, count]) => (
        <div key={name} data-testid={`count-${name}`}>
          <dd>{count.toLocaleString()}</dd>
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
        <legend>{words.stateFilter}</legend>
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
        <legend>{words.freshnessFilter}</legend>
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

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
