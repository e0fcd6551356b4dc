import type { DriveFacts } from './phone-drive.ts';

/** From this phone to its riders' screens, in one word: the first thing that is wrong. */
export type DriveStateKind =
  | 'connecting'
  | 'offline'
  | 'reconnecting'
  | 'disturbed'
  | 'noGps'
  | 'waiting'
  | 'silent'
  | 'catchingUp'
  | 'live';

/** Without a position for longer than this, or than two intervals, riders see an old one, s. */
const SILENT_SECONDS = 10;
/** More than this waits only after an interruption. */
const USUALLY_KEPT = 15;

export function driveState(
  facts: Pick<DriveFacts, 'connection' | 'isDisturbed' | 'position' | 'silentSeconds' | 'paceMs' | 'kept'>,
): DriveStateKind {
  const { connection, isDisturbed, position, silentSeconds = 0, paceMs, kept } = facts;
  if (connection === 'connecting' || connection === 'offline') return connection;
  if (connection !== 'live') return 'reconnecting';
  if (isDisturbed) return 'disturbed';
  if (position.kind !== 'known') return position.kind === 'waiting' ? 'waiting' : 'noGps';
  if (silentSeconds > Math.max(SILENT_SECONDS, (2 * paceMs) / 1_000)) return 'silent';
  return kept > USUALLY_KEPT ? 'catchingUp' : 'live';
}
