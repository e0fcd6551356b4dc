import type { Problem } from '@tripcast/client';
import { useState } from 'react';
import { isToken } from '../../fleet/operator-token.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { TokenForm } from '../../ui/token-form.tsx';

export interface TokenGateProps {
  /** Why the last token was not taken. */
  refusal: Problem | undefined;
  onToken: (token: string) => void;
}

export const OPERATOR_TOKEN_COMMAND = 'npm run token -- --role operator';

/** Asks for an operator's token. */
export function TokenGate({ refusal, onToken }: TokenGateProps) {
  const words = useFleetWords().gate;
  const why = useRefusal(refusal);
  const [isNone, setNone] = useState(false);
  return (
    <TokenForm
      words={words}
      fault={isNone ? words.notAToken : why}
      command={OPERATOR_TOKEN_COMMAND}
      onText={(token) => {
        setNone(!isToken(token));
        if (isToken(token)) onToken(token);
      }}
    />
  );
}

/** Why a token was not taken, in words. */
export function useRefusal(refusal: Problem | undefined): string | undefined {
  const words = useFleetWords().gate;
  switch (refusal?.code) {
    case undefined:
      return undefined;
    case 'unauthenticated':
      return words.notValid;
    case 'forbidden':
      return words.notAnOperators;
    default:
      return words.refused(refusal?.detail ?? refusal?.title ?? '');
  }
}
