import type { Trip } from '@tripcast/client';
import { useWords } from '../../words/index.ts';

export function Places({ trip }: { trip: Trip }) {
  const words = useWords();
  return (
    <dl className="places">
      <div className="place place-pickup">
        <dt>{words.pickup}</dt>
        <dd>{trip.pickup.name ?? '—'}</dd>
      </div>
      <div className="place place-dropoff">
        <dt>{words.dropoff}</dt>
        <dd>{trip.dropoff.name ?? '—'}</dd>
      </div>
    </dl>
  );
}
