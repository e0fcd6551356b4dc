import { type DriveStateKind, driveState } from '../../drive/drive-state.ts';
import type { DriveFacts } from '../../drive/phone-drive.ts';
import { type DriveWords, useDriveWords } from '../../drive/words/index.ts';

/** How it looks: as on the rider's page. */
const LOOK: Record<DriveStateKind, string> = {
  connecting: 'connecting',
  offline: 'offline',
  reconnecting: 'reconnecting',
  disturbed: 'disturbed',
  noGps: 'offline',
  waiting: 'connecting',
  silent: 'silent',
  catchingUp: 'reconnecting',
  live: 'live',
};

/** Whether riders see where this phone is, and if not, why. */
export function DriveState({ facts }: { facts: DriveFacts }) {
  const { state: words } = useDriveWords();
  const kind = driveState(facts);
  return (
    <>
      <p className={`truth truth-${LOOK[kind]}`} data-testid="drive-state" data-kind={kind}>
        <span className="truth-dot" aria-hidden="true" />
        {inWords(words, kind, facts)}
      </p>
      <p className="visually-hidden" role="status">
        {inWords(words, kind, { kept: 0, silentSeconds: 0 })}
      </p>
    </>
  );
}

function inWords(
  words: DriveWords['state'],
  kind: DriveStateKind,
  { kept, silentSeconds = 0 }: Pick<DriveFacts, 'kept' | 'silentSeconds'>,
): string {
  switch (kind) {
    case 'offline':
    case 'reconnecting':
    case 'catchingUp':
      return words[kind](kept);
    case 'silent':
      return words.silent(silentSeconds);
    default:
      return words[kind];
  }
}
