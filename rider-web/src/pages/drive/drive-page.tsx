import { useState } from 'react';
import {
  type DriverToken,
  forgetDriverToken,
  keepDriverToken,
  takeDriverToken,
} from '../../drive/driver-token.ts';
import { useDriveWords } from '../../drive/words/index.ts';
import type { SiteConfig } from '../../trips/site-config.ts';
import { Message } from '../../ui/message.tsx';
import { ClaimedDrive } from './claimed-drive.tsx';
import { DriverGate, type Refusal } from './driver-gate.tsx';
import '../../styles/drive.css';

const inAddress = takeDriverToken(location, history, sessionStorage);
/** Where a node listens with TLS when it is set up as the README has it. */
const TLS_PORT = 8443;

/** The driver's page: asks for the token, then drives. */
export function DrivePage({ config }: { config: Promise<SiteConfig> }) {
  const words = useDriveWords();
  const [driver, setDriver] = useState(inAddress);
  const [refusal, setRefusal] = useState<Refusal>();

  if (!window.isSecureContext)
    return (
      <Message
        title={words.insecure.title}
        text={words.insecure.text}
        command={`https://${location.hostname}:${TLS_PORT}/drive`}
      >
        <p>{words.insecure.help}</p>
      </Message>
    );

  function drive(taken: DriverToken): void {
    keepDriverToken(taken, sessionStorage);
    setDriver(taken);
  }

  function leave(why?: Refusal): void {
    forgetDriverToken(sessionStorage);
    setRefusal(why);
    setDriver(undefined);
  }

  if (!driver) return <DriverGate refusal={refusal} onToken={drive} />;
  return <ClaimedDrive key={driver.token} driver={driver} config={config} onLeave={leave} />;
}
