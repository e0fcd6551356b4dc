import type { Problem } from '@tripcast/client';
import { useEffect, useMemo, useState } from 'react';
import { fleetCalls } from '../../fleet/fleet-calls.ts';
import { FleetStore } from '../../fleet/fleet-store.ts';
import { takeOperatorToken } from '../../fleet/operator-token.ts';
import type { SiteConfig } from '../../trips/site-config.ts';
import { FleetScreen } from './fleet-screen.tsx';
import { TokenGate } from './token-gate.tsx';
import { TokenRenewal } from './token-renewal.tsx';
import '../../styles/fleet.css';

const inAddress = takeOperatorToken(location, history);

/** The operator's page: asks for the token, then shows the fleet, and asks for another one when its hour is over. */
export function FleetPage({ config }: { config: Promise<SiteConfig> }) {
  const [token, setToken] = useState(inAddress === undefined ? undefined : { text: inAddress });
  const followed = useFleet(token);
  const calls = useMemo(
    () => token && fleetCalls(location.origin, token.text, (input, init) => fetch(input, init)),
    [token],
  );
  const { store, refusal, wasLive, token: taken } = followed ?? {};
  const tryToken = (text: string) => setToken({ text });
  if (!token || (refusal && !wasLive)) return <TokenGate refusal={refusal} onToken={tryToken} />;
  if (!store || !taken || !calls) return null;
  return (
    <FleetScreen store={store} calls={calls} config={config}>
      <TokenRenewal
        store={store}
        token={taken.text}
        refusal={refusal}
        wasTaken={taken === token}
        onToken={tryToken}
      />
    </FleetScreen>
  );
}

/** Another object for each try, also when the same text is tried again. */
interface Token {
  readonly text: string;
}

interface Followed {
  /** The newest that was taken, or the first. */
  token: Token;
  store: FleetStore;
  /** Why the newest token is no longer, or was not, taken. */
  refusal: Problem | undefined;
  /** Whether any token has shown the fleet: then the map stays while there is none that does. */
  wasLive: boolean;
}

function useFleet(token: Token | undefined): Followed | undefined {
  const [followed, setFollowed] = useState<Followed>();
  useEffect(
    function followFleet() {
      if (!token) return;
      const store = new FleetStore({ url: location.origin, token: token.text });
      const unsubscribe = store.subscribe(() => {
        const { connection, problem } = store.facts();
        if (connection === 'live') {
          setFollowed((before) =>
            before?.store === store && before.wasLive
              ? before
              : { token, store, refusal: undefined, wasLive: true },
          );
        } else if (connection === 'refused') {
          setFollowed((before) => before && { ...before, refusal: problem });
        }
      });
      setFollowed((before) =>
        before?.wasLive
          ? { ...before, refusal: undefined }
          : { token, store, refusal: undefined, wasLive: false },
      );
      return function leaveFleet() {
        unsubscribe();
        store.close();
      };
    },
    [token],
  );
  return followed;
}
