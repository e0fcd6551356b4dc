import type { Problem } from '@tripcast/client';
import { useState } from 'react';
import { type DriverToken, readDriverToken } from '../../drive/driver-token.ts';
import { useDriveWords } from '../../drive/words/index.ts';
import { TokenForm } from '../../ui/token-form.tsx';

/** Why the last token was not, or no longer, taken. */
export type Refusal = Pick<Problem, 'code' | 'detail'>;

export interface DriverGateProps {
  refusal: Refusal | undefined;
  onToken: (driver: DriverToken) => void;
}

/** Asks for a driver's token. */
export function DriverGate({ refusal, onToken }: DriverGateProps) {
  const words = useDriveWords().gate;
  const [isNone, setNone] = useState(false);
  const why = refusal && (refusal.code === 'unauthenticated' ? words.expired : words.refused(refusal.detail));
  return (
    <TokenForm
      words={words}
      fault={isNone ? words.notAToken : why}
      command={
        <>
          npm run token -- <span>--role driver</span> <span>--vehicle car-1</span>
        </>
      }
      onText={(text) => {
        const driver = readDriverToken(text);
        setNone(!driver);
        if (driver) onToken(driver);
      }}
    />
  );
}
