import type { Problem } from '@tripcast/client';
import { type FormEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { FleetStore } from '../../fleet/fleet-store.ts';
import { expiryOf, isToken } from '../../fleet/operator-token.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useWords } from '../../words/index.ts';
import { OPERATOR_TOKEN_COMMAND, useRefusal } from './token-gate.tsx';

export interface TokenRenewalProps {
  store: FleetStore;
  /** The one that shows, or has shown, this map. */
  token: string;
  /** Why it is no longer taken, or another one that was tried was not. */
  refusal: Problem | undefined;
  /** Whether that was this one: that its hour is over is no fault. */
  wasTaken: boolean;
  onToken: (token: string) => void;
}

/** So long before the end it is told, ms. */
const TOLD_BEFORE_MS = 300_000;

/** Says when the token's hour ends or is over, and takes another one without leaving the map. */
export function TokenRenewal({ store, token, refusal, wasTaken, onToken }: TokenRenewalProps) {
  const words = useFleetWords();
  const { exactTime } = useWords();
  const { asOf } = useSyncExternalStore(store.subscribe, store.facts); // once a second: it goes by
  /** The token that is to be replaced, by the operator's own will. */
  const [replaced, setReplaced] = useState<string>();
  /** The refusal that was put aside, to look at the map as it was. */
  const [aside, setAside] = useState<Problem>();
  const leftMs = (expiryOf(token) ?? Number.POSITIVE_INFINITY) - store.serverNow();
  const isAsked = replaced === token || (refusal !== undefined && refusal !== aside);
  const isTold = refusal !== undefined || leftMs < TOLD_BEFORE_MS;
  if (!isTold && !isAsked) return null;

  let told = leftMs > 0 ? words.renewal.soon(words.seconds(leftMs)) : words.renewal.overNow;
  if (refusal) told = asOf === undefined ? words.renewal.overNow : words.renewal.over(exactTime(asOf));
  return (
    <>
      <div className={`fleet-note ${refusal ? 'is-off' : ''}`}>
        <span role="status">{told}</span>
        <button type="button" className="link-button" onClick={() => setReplaced(token)}>
          {words.renewal.renew}
        </button>
      </div>
      {isAsked && (
        <NextToken
          refusal={refusal}
          hasEnded={wasTaken}
          onToken={onToken}
          onClose={() => {
            setReplaced(undefined);
            setAside(refusal);
          }}
        />
      )}
    </>
  );
}

interface NextTokenProps {
  refusal: Problem | undefined;
  hasEnded: boolean;
  onToken: (token: string) => void;
  onClose: () => void;
}

function NextToken({ refusal, hasEnded, onToken, onClose }: NextTokenProps) {
  const words = useFleetWords();
  const why = useRefusal(refusal);
  const [isNone, setNone] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(function awaitToken() {
    input.current?.focus();
  }, []);

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('token')).trim();
    setNone(!isToken(text));
    if (isToken(text)) onToken(text);
  }

  const fault = hasEnded ? '' : why; // that its hour is over is the text's
  return (
    <Dialog title={words.renewal.title} onClose={onClose}>
      <p>{words.renewal.text}</p>
      <form className="next-token" onSubmit={submit}>
        <label className="field">
          {words.gate.label}
          <input ref={input} name="token" type="password" autoComplete="off" spellCheck={false} required />
        </label>
        <p className="fault" role="alert">
          {isNone ? words.gate.notAToken : fault}
        </p>
        <button type="submit" className="button button-first">
          {words.renewal.go}
        </button>
      </form>
      <p className="hint">{words.gate.how}</p>
      <code className="command">{OPERATOR_TOKEN_COMMAND}</code>
    </Dialog>
  );
}
