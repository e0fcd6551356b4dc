import { useEffect, useState, useSyncExternalStore } from 'react';
import type { DriverToken } from '../../drive/driver-token.ts';
import { IndexedDbStore } from '../../drive/indexed-db-store.ts';
import { PhoneDrive } from '../../drive/phone-drive.ts';
import { claimVehicle } from '../../drive/vehicle-claim.ts';
import { useDriveWords } from '../../drive/words/index.ts';
import type { SiteConfig } from '../../trips/site-config.ts';
import { TripCalls } from '../../trips/trip-calls.ts';
import { Message } from '../../ui/message.tsx';
import { DriveScreen } from './drive-screen.tsx';
import type { Refusal } from './driver-gate.tsx';

export interface ClaimedDriveProps {
  driver: DriverToken;
  config: Promise<SiteConfig>;
  /** Ends with another token, or none. */
  onLeave: (why?: Refusal) => void;
}

/** Of this tab: it drove when the page was last here, and goes on by itself after a reload. */
const DRIVING = 'tripcast.driving';

type Stage =
  | 'asking'
  | 'ready'
  /** Waits for the tab that drives. */
  | 'claiming'
  | 'driving'
  | 'robbed';

/** One vehicle on this phone: started by a press, in this tab alone. */
export function ClaimedDrive({ driver, config, onLeave }: ClaimedDriveProps) {
  const words = useDriveWords();
  const [stage, setStage] = useState<Stage>('asking');
  const [claim, setClaim] = useState({ attempt: 0, byForce: false });

  useEffect(function goOnAfterReload() {
    if (sessionStorage.getItem(DRIVING) === driver.vehicleId) setStage('claiming');
    else setStage('ready');
  }, []);

  const isClaiming = stage === 'claiming' || stage === 'driving';
  const [phone, setPhone] = useState<PhoneDrive>();

  useEffect(
    function drive() {
      if (!isClaiming) return;
      let driving: PhoneDrive | undefined;
      const stop = () => {
        driving?.close();
        driving = undefined;
        setPhone(undefined);
      };
      const claimed = claimVehicle(driver.vehicleId, navigator.locks, {
        byForce: claim.byForce,
        onHeld: () => {
          sessionStorage.setItem(DRIVING, driver.vehicleId);
          driving = startPhone(driver);
          setPhone(driving);
          setStage('driving');
        },
        onLost: () => {
          stop();
          setStage('robbed');
        },
      });
      return function stopDriving() {
        stop();
        claimed.close();
      };
    },
    [driver, isClaiming, claim],
  );

  const again = (byForce: boolean) => {
    setClaim(({ attempt }) => ({ attempt: attempt + 1, byForce }));
    setStage('claiming');
  };
  const leave = (why?: Refusal) => {
    if (!why) sessionStorage.removeItem(DRIVING); // with another token it goes on
    onLeave(why);
  };

  if (stage === 'asking') return null;
  if (stage === 'ready')
    return (
      <Message title={words.ready.title(driver.vehicleId)} text={words.ready.text}>
        <button type="button" className="button button-first" onClick={() => again(false)}>
          {words.ready.start}
        </button>
        <button type="button" className="button" onClick={() => leave()}>
          {words.ready.other}
        </button>
      </Message>
    );
  if (!phone) return <OtherTab isRobbed={stage === 'robbed'} onHere={() => again(true)} />;
  return (
    <Driving phone={phone} driver={driver} config={config} onAgain={() => again(false)} onLeave={leave} />
  );
}

function startPhone({ token, vehicleId }: DriverToken): PhoneDrive {
  return new PhoneDrive({
    url: location.origin,
    token,
    vehicleId,
    openStore: (onFault) => new IndexedDbStore(vehicleId, indexedDB, onFault),
    navigator,
    page: document,
    clock: {
      now: () => Date.now(),
      setTimeout: (callback, ms) => setTimeout(callback, ms),
      clearTimeout: (timer) => clearTimeout(timer as number),
    },
  });
}

/** A tab that closes takes a moment to let go: not worth a word, ms. */
const HAND_OVER_MS = 700;

function OtherTab({ isRobbed, onHere }: { isRobbed: boolean; onHere: () => void }) {
  const words = useDriveWords().otherTab;
  const [isShown, setShown] = useState(isRobbed);
  useEffect(function showLater() {
    const timer = setTimeout(() => setShown(true), HAND_OVER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <Message title={words.title} text={words.text}>
      <button type="button" className="button button-first" onClick={onHere}>
        {words.here}
      </button>
    </Message>
  );
}

interface DrivingProps extends ClaimedDriveProps {
  phone: PhoneDrive;
  onAgain: () => void;
}

function Driving({ phone, driver, config, onAgain, onLeave }: DrivingProps) {
  const words = useDriveWords();
  const facts = useSyncExternalStore(phone.subscribe, phone.facts);
  const { connection, problem } = facts;
  const isRefused = connection === 'refused' && problem?.code !== 'conflict';

  useEffect(
    function askForAnotherToken() {
      if (isRefused) onLeave(problem ?? { code: 'forbidden', detail: '' });
    },
    [isRefused],
  );

  if (connection === 'refused')
    return (
      <Message {...words.replaced}>
        <button type="button" className="button button-first" onClick={onAgain}>
          {words.replaced.here}
        </button>
      </Message>
    );
  if (facts.position.kind === 'denied')
    return (
      <Message {...words.denied}>
        <button type="button" className="button button-first" onClick={onAgain}>
          {words.denied.again}
        </button>
      </Message>
    );
  const callsFor = (tripId: string) =>
    new TripCalls(location.origin, tripId, driver.token, (input, init) => fetch(input, init));
  return (
    <DriveScreen
      vehicleId={driver.vehicleId}
      facts={facts}
      phone={phone}
      callsFor={callsFor}
      config={config}
      onStop={() => onLeave()}
    />
  );
}
