import { useEffect, useState } from 'react';
import { fleetCalls } from '../../fleet/fleet-calls.ts';
import { FleetStore } from '../../fleet/fleet-store.ts';
import { takeOperatorToken } from '../../fleet/operator-token.ts';
import type { SiteConfig } from '../../trips/site-config.ts';
import { FleetScreen } from './fleet-screen.tsx';
import { TokenGate } from './token-gate.tsx';
import '../../styles/fleet.css';

const inAddress = takeOperatorToken(location, history);

/** The operator's page: asks for the token, then shows the fleet. */
export function FleetPage({ config }: { config: Promise<SiteConfig> }) {
  const [token, setToken] = useState(inAddress);
  const [refusal, setRefusal] = useState<string>();
  const store = useFleet(token, (why) => {
    setRefusal(why);
    setToken(undefined);
  });
  if (!token || !store) return token ? null : <TokenGate refusal={refusal} onToken={setToken} />;
  const calls = fleetCalls(location.origin, token, (input, init) => fetch(input, init));
  return <FleetScreen store={store} calls={calls} config={config} />;
}

function useFleet(token: string | undefined, onRefused: (why: string) => void): FleetStore | undefined {
  const [store, setStore] = useState<FleetStore>();
  useEffect(
    function followFleet() {
      if (token === undefined) return;
      const following = new FleetStore({ url: location.origin, token });
      const unsubscribe = following.subscribe(() => {
        const { connection, problem } = following.facts();
        if (connection === 'refused') onRefused(problem?.detail ?? problem?.title ?? '');
      });
      setStore(following);
      return function leaveFleet() {
        unsubscribe();
        following.close();
        setStore(undefined);
      };
    },
    [token],
  );
  return store;
}
