import type { DriveFacts } from '../../drive/phone-drive.ts';
import { useDriveWords } from '../../drive/words/index.ts';
import { useWords } from '../../words/index.ts';

/** What was measured, what the service has, and what waits on this phone. */
export function SentFigures({ facts }: { facts: DriveFacts }) {
  const { figures } = useDriveWords();
  const { locale } = useWords();
  const number = new Intl.NumberFormat(locale);
  const { position, inFlight, refused, dropped, restored, paceMs } = facts;
  const accuracy = position.kind === 'known' ? position.fix.accuracy : undefined;
  const notes = [
    figures.pace(paceMs / 1_000),
    accuracy !== undefined && figures.accuracy(`${Math.round(accuracy)} m`),
    inFlight > 0 && figures.inFlight(inFlight),
    restored > 0 && figures.restored(restored),
    refused > 0 && figures.refused(refused),
    dropped > 0 && figures.dropped(dropped),
  ].filter(Boolean);
  return (
    <section className="sent" aria-label={figures.label}>
      <dl>
        {(['measured', 'acknowledged', 'kept'] as const).map((name) => (
          <div key={name}>
            <dt>{figures[name]}</dt>
            <dd data-testid={name}>{number.format(facts[name])}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">{notes.join(' · ')}</p>
    </section>
  );
}
