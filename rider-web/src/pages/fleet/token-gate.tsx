import { useState } from 'react';
import { isToken } from '../../fleet/operator-token.ts';
import { useFleetWords } from '../../fleet/words/index.ts';
import { TokenForm } from '../../ui/token-form.tsx';

export interface TokenGateProps {
  /** Why the last token was not taken. */
  refusal: string | undefined;
  onToken: (token: string) => void;
}

/** Asks for an operator's token. */
export function TokenGate({ refusal, onToken }: TokenGateProps) {
  const words = useFleetWords().gate;
  const [fault, setFault] = useState(refusal === undefined ? '' : words.refused(refusal));
  return (
    <TokenForm
      words={words}
      fault={fault}
      command="npm run token -- --role operator"
      onText={(token) => {
        if (isToken(token)) onToken(token);
        else setFault(words.notAToken);
      }}
    />
  );
}
