import type { FleetNode } from '@tripcast/client';
import type { FleetFacts } from '../../fleet/fleet-store.ts';
import { useFleetWords } from '../../fleet/words/index.ts';

/** A node whose event loop is later than this is too busy, ms. */
const BUSY_LAG_MS = 50;

/** The nodes themselves: who is connected to each, and how it bears it. */
export function NodeList({ facts: { nodes, node } }: { facts: FleetFacts }) {
  const words = useFleetWords().nodes;
  const most = Math.max(1, ...nodes.map(({ drivers }) => drivers));
  return (
    <ul className="node-list" data-testid="nodes">
      {nodes.map((one) => (
        <li key={one.id} className={one.draining ? 'is-draining' : ''}>
          <span className="node-name">
            <strong>{one.id}</strong>
            {one.id === node && <span className="badge">{words.ours}</span>}
            {one.draining && <span className="badge badge-warn">{words.draining}</span>}
          </span>
          <meter className="node-meter" min={0} max={most} value={one.drivers} aria-label={words.drivers} />
          <Figures node={one} />
        </li>
      ))}
    </ul>
  );
}

function Figures({ node }: { node: FleetNode }) {
  const words = useFleetWords().nodes;
  const figures = [
    ['drivers', node.drivers],
    ['followers', node.followers],
    ['operators', node.operators],
    ['fixes', node.fixesPerSecond],
  ] as const;
  return (
    <dl className="node-figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{words[name]}</dt>
          <dd>{value.toLocaleString()}</dd>
        </div>
      ))}
      <div className={node.lagMs > BUSY_LAG_MS ? 'is-busy' : ''}>
        <dt>{words.lag}</dt>
        <dd>{node.lagMs} ms</dd>
      </div>
    </dl>
  );
}
