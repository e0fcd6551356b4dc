import { useWords } from '../../words/index.ts';

/** The step that is under way; -1 before the first. A status that this page doesn't know has none. */
const STEP: Record<string, number> = {
  NEW: -1,
  ENROUTE_TO_PICKUP: 0,
  ARRIVED_AT_PICKUP: 1,
  ENROUTE_TO_DROPOFF: 2,
  COMPLETE: 3,
};

export interface ProgressLineProps {
  status: string;
  /** How much of the present way lies behind the car, 0 to 1. */
  share: number | undefined;
}

export function ProgressLine({ status, share }: ProgressLineProps) {
  const words = useWords();
  const step = STEP[status];
  if (step === undefined) return null;
  const isDriving = status.startsWith('ENROUTE');
  return (
    <ol className="progress" aria-label={words.progressLabel}>
      {words.progress.map((name, index) => (
        <li
          key={name}
          className={index < step ? 'progress-done' : index === step ? 'progress-now' : undefined}
          aria-current={index === step ? 'step' : undefined}
          ref={(item) =>
            item?.style.setProperty('--share', String(index === step && isDriving ? (share ?? 0.5) : 1))
          }
        >
          {name}
        </li>
      ))}
    </ol>
  );
}
